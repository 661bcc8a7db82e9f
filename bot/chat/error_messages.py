"""Tell a person what went wrong: by one short ephemeral message, so that no interaction stays unanswered."""

from __future__ import annotations

import logging

import aiohttp
import discord
from discord import app_commands

from bot.chat.answer import Answer
from bot.chat.discord_codes import TOO_LATE
from bot.chat.reply import Reply
from bot.errors import CharlaError

log = logging.getLogger(__name__)

FAULT = "Something went wrong on my side. Please try again."
FORBIDDEN = (
    "Discord does not let me do this here. A person who manages this channel can allow Charla to view it, "
    "send messages, embed links and attach files."
)
OUTDATED = "This command has changed. Please reload Discord (Ctrl+R) and try again."


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Tell the person who used an interaction what went wrong with it. Raises nothing."""
    await tell_error(Reply.of(interaction), error)


async def tell_error(answer: Answer, error: Exception) -> None:
    """Tell the person who asked what went wrong, and log what that person cannot mend. Raises nothing."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
        log.info("An interaction could not be answered any more: %s", error.text)
        return
    text = explain(error)
    if text == FAULT:
        log.error("An interaction failed", exc_info=error)
    elif text == FORBIDDEN:
        log.warning("Discord forbade something: %s", error)
    try:
        await answer.refuse(text)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        log.warning("A person could not be told of an error: %s", failure)


def explain(error: Exception) -> str:
    """Return the message for the person who asked."""
    match error:
        case CharlaError():
            return str(error)
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return OUTDATED
        case discord.Forbidden():
            return FORBIDDEN
        case app_commands.TransformerError():
            return f"{error.value!r} is not something this option takes."
        case app_commands.CheckFailure():
            return "You may not use this here."
        case _:
            return FAULT
