"""Tell a person what went wrong: by one short ephemeral message, so that no interaction stays unanswered."""

from __future__ import annotations

import logging

import aiohttp
import discord
from discord import app_commands

from bot.chat.answer import Answer
from bot.chat.discord_codes import FORBIDDEN, MEANINGS, NOBODYS_FAULT, TOO_LATE
from bot.chat.handling import note_outcome
from bot.chat.repetition import FAILURES
from bot.chat.reply import Reply
from bot.chat.unreadable import UNREADABLE
from bot.errors import CharlaError, GenerationError
from bot.metrics import Outcome

log = logging.getLogger(__name__)

FAULT = "Something went wrong on my side. Please try again."
OUTDATED = "This command has changed. Please reload Discord (Ctrl+R) and try again."
TROUBLE = "Discord has trouble at the moment. Please try again in a minute."


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Tell the person who used an interaction what went wrong with it. Raises nothing."""
    if interaction.type is not discord.InteractionType.autocomplete:
        await tell_error(Reply.of(interaction), error)
    elif _explain_and_note(error):
        await suggest_nothing(interaction)


async def tell_error(answer: Answer, error: Exception) -> None:
    """Tell the person who asked what went wrong, and log what that person cannot mend. Raises nothing."""
    text = _explain_and_note(error)
    if not text:
        return
    try:
        await answer.refuse(text)
    except FAILURES as failure:
        note_outcome("discord")
        _note_silence(failure)


def _explain_and_note(error: Exception) -> str:
    """Log an error, and return the message for the person who asked; nothing where it is too late for any."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("An interaction could not be answered any more: %s", error.text)
        note_outcome("late")
        return ""
    text = explain(error)
    note_outcome(_outcome_of(error, text))
    _note(error, text)
    return text


def _outcome_of(error: Exception, text: str) -> Outcome:
    """Return how an interaction ends by an error, and by the message that the person gets for it."""
    match error:
        case GenerationError():
            return "no_text"
        case CharlaError() | app_commands.AppCommandError():
            return "refused"
        case _:
            return "failed" if text == FAULT else "discord"


async def suggest_nothing(interaction: discord.Interaction) -> None:
    """Answer an app that asks for suggestions while a person types: there are none. Raises nothing."""
    try:
        await interaction.response.autocomplete([])
    except (discord.DiscordException, aiohttp.ClientError, OSError) as failure:
        is_late = isinstance(failure, discord.HTTPException) and failure.code in TOO_LATE
        note_outcome("late" if is_late else "discord")
        _note_silence(failure)


def explain(error: Exception) -> str:
    """Return the message for the person who asked: where Discord refused something, by its error code."""
    match error:
        case CharlaError():
            return str(error)
        case discord.HTTPException(code=code) if code in MEANINGS:
            return MEANINGS[code]
        case discord.Forbidden():
            return FORBIDDEN
        case discord.DiscordServerError() | aiohttp.ClientError() | ConnectionError() | TimeoutError():
            return TROUBLE
        case app_commands.AppCommandError():
            return _explain_command(error)
        case _:
            return FAULT


def _explain_command(error: app_commands.AppCommandError) -> str:
    """Return the message where discord.py could not carry a command out."""
    match error:
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return OUTDATED
        case app_commands.TransformerError():
            return f"{error.value!r} is not something this option takes."
        case app_commands.CheckFailure():
            return "You may not use this here."
        case _:
            return UNREADABLE


def _note(error: Exception, text: str) -> None:
    """Log an error, in one line unless it is the bot's own fault."""
    if isinstance(error, discord.HTTPException):
        error.args = (first_line(error),)  # which a traceback ends with
    match error:
        case _ if text == FAULT:
            log.error("An interaction failed", exc_info=error)
        case discord.HTTPException(code=code) if code in MEANINGS:
            log.info("Discord refused an answer: %d %s", code, error.text)
        case app_commands.AppCommandError():  # its text has what was typed
            log.warning("An interaction failed: %s", type(error).__name__)
        case discord.DiscordException() | aiohttp.ClientError() | ConnectionError() | TimeoutError():
            log.warning("An interaction failed: %s: %s", type(error).__name__, first_line(error))


def _note_silence(failure: Exception) -> None:
    """Log why a person could not be told of an error; a warning only where it is not the way things are there."""
    refused = isinstance(failure, discord.HTTPException) and failure.code in NOBODYS_FAULT
    level = logging.INFO if refused else logging.WARNING
    log.log(level, "A person could not be told of an error: %s", first_line(failure))


def first_line(error: Exception) -> str:
    """Return what may be logged of an error: the lines below its first say what Discord found wrong with a text."""
    return str(error).partition("\n")[0]
