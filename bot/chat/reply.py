"""The one answer to an interaction: deferred first, then edited in, never lost and never doubled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.chat.rendering import Rendered, notice

log = logging.getLogger(__name__)

T = TypeVar("T")
Interaction = discord.Interaction[Any]

RETRY_WAITS = (0.1, 0.4, 1.0, 2.0, 4.0)
"""Seconds between attempts after a dropped connection; discord.py itself waits out 429 and 5xx."""

ALREADY_ANSWERED = 40060
GONE = {10008, 10015, 10062, 50027}
"""Discord's codes for an interaction or message that can be answered no more: too late, deleted, expired."""

_REPLIES = "charla.reply"


class Reply:
    """Answers an interaction. Get it by `of`: whoever handles the interaction shares one."""

    def __init__(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._deferred = False
        self._finished = False

    @classmethod
    def of(cls, interaction: Interaction) -> Reply:
        """The interaction's one reply."""
        reply = interaction.extras.setdefault(_REPLIES, cls(interaction))
        assert isinstance(reply, cls)  # noqa: S101 - the key is this module's own
        return reply

    async def defer(self, *, private: bool) -> None:
        """Show “thinking…”, to everybody or to the person who asked alone.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        response = self._interaction.response
        try:
            await _persistently(lambda: response.defer(ephemeral=private, thinking=True))
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:  # an attempt whose connection dropped had arrived after all
                raise
        self._deferred = True

    async def finish(self, message: Rendered) -> None:
        """Put `message` in place of “thinking…”. An edit, so a repeated attempt cannot double it.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        await _persistently(
            lambda: self._interaction.edit_original_response(embed=message.embed, attachments=message.files())
        )
        self._finished = True

    async def refuse(self, text: str) -> None:
        """Say why there is no text: privately, whatever was deferred.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        if self._finished:
            return
        self._finished = True
        text = notice(text)
        if not (self._deferred or self._interaction.response.is_done()):
            await self._refuse_at_once(text)
            return
        try:
            # A deferred reply keeps the audience it was deferred for: a private one is a message of its own.
            await _persistently(self._interaction.delete_original_response)
            # Not repeated when its connection drops: unlike an edit, it might arrive twice.
            await self._interaction.followup.send(text, ephemeral=True, suppress_embeds=True)
        except discord.HTTPException as error:
            if error.code in GONE:
                raise
            await _persistently(lambda: self._interaction.edit_original_response(content=text))

    async def _refuse_at_once(self, text: str) -> None:
        try:
            await _persistently(
                lambda: self._interaction.response.send_message(text, ephemeral=True, suppress_embeds=True)
            )
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:
                raise


async def _persistently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeat `attempt` while its connection drops; the attempt must be one that may safely be repeated."""
    for wait in RETRY_WAITS:
        try:
            return await attempt()
        except (aiohttp.ClientConnectionError, TimeoutError, OSError) as error:
            log.info("A connection to Discord dropped (%s); trying again in %s s", type(error).__name__, wait)
        await asyncio.sleep(wait)
    return await attempt()
