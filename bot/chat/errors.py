"""The one place that answers errors: each becomes a short private message, and no interaction stays unanswered."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.chat.limiter import RateLimitedError
from bot.chat.reply import GONE, Reply
from bot.generation.model import ModelError
from bot.generation.request import InvalidRequestError
from bot.generation.scheduler import GenerationError
from bot.storage.settings_store import StorageError

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

OURS = "Something went wrong on my side. Please try again."
FORBIDDEN = (
    "Discord does not let me do this here: somebody who manages this channel can allow Charla to view it, "
    "send messages, embed links and attach files."
)
OUTDATED = "This command has changed. Please reload Discord (Ctrl+R) and try again."


class RefusalError(app_commands.AppCommandError):
    """A request that cannot be served; the message says why to the person who made it."""


_WRITTEN_FOR_USERS = (RefusalError, RateLimitedError, GenerationError, InvalidRequestError, ModelError, StorageError)


async def answer_error(interaction: Interaction, error: Exception) -> None:
    """Tell the person who asked what went wrong, and the log what they cannot mend. Raises nothing."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException) and error.code in GONE:
        log.info("An interaction could not be answered any more: %s", error.text)
        return
    text = explain(error)
    if text == OURS:
        log.error("An interaction failed", exc_info=error)
    elif text == FORBIDDEN:
        log.warning("Discord forbade something: %s", error)
    try:
        await Reply.of(interaction).refuse(text)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as failure:
        log.warning("An error could not be told: %s", failure)


def explain(error: Exception) -> str:
    """The message for the person who asked."""
    if isinstance(error, _WRITTEN_FOR_USERS):
        return str(error)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return OUTDATED
    if isinstance(error, discord.Forbidden):
        return FORBIDDEN
    if isinstance(error, app_commands.TransformerError):
        return f"{error.value!r} is not something this option takes."
    if isinstance(error, app_commands.CheckFailure):
        return "You may not use this here."
    return OURS
