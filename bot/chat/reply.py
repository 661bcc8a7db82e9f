"""The one answer to an interaction: deferred first, then edited in, never lost and never doubled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.chat.buttons import Button, view
from bot.chat.markup import escape
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
        self._kept: Rendered | None = None

    @classmethod
    def of(cls, interaction: Interaction) -> Reply:
        """The interaction's one reply."""
        reply = interaction.extras.setdefault(_REPLIES, cls(interaction))
        assert isinstance(reply, cls)  # noqa: S101 - the key is this module's own
        return reply

    async def defer(self, *, private: bool) -> None:
        """Show “thinking…”, to everybody or to the person who asked alone; once is enough.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        if self._deferred:
            return
        response = self._interaction.response
        await self._answer_at_once(lambda: response.defer(ephemeral=private, thinking=True))
        self._deferred = True

    async def finish(self, message: Rendered) -> None:
        """Put `message` in place of “thinking…”. An edit, so a repeated attempt cannot double it.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        await _persistently(
            lambda: self._interaction.edit_original_response(
                content=None, embed=message.embed, attachments=message.files(), view=message.view()
            )
        )
        self._finished = True

    async def show_progress(self, text: str, cancel: Button) -> None:
        """Put a line in place of “thinking…”, with a button under it. Not repeated: another will follow.

        Raises:
            discord.HTTPException: the message is gone.
        """
        try:
            await self._interaction.edit_original_response(content=text, view=view([cancel]))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            if isinstance(error, discord.HTTPException) and error.code in GONE:
                raise
            log.info("Progress could not be shown: %s", error)

    async def say(self, message: discord.Embed) -> None:
        """Answer at once and in private: for what takes no waiting.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        await self._answer_at_once(lambda: self._interaction.response.send_message(embed=message, ephemeral=True))

    async def show_form(self, form: discord.ui.Modal) -> None:
        """Answer with a form to fill in.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        await self._answer_at_once(lambda: self._interaction.response.send_modal(form))

    async def acknowledge(self) -> None:
        """Say that the press was heard, and show nothing for it.

        Raises:
            discord.HTTPException: Discord did not take it.
        """
        await self._answer_at_once(self._interaction.response.defer)

    async def delete_message(self) -> None:
        """Delete the message whose button was pressed: by the interaction, which needs no permission anywhere.

        Raises:
            discord.HTTPException: Discord did not do it.
        """
        await self.acknowledge()
        try:
            await _persistently(self._interaction.delete_original_response)
        except discord.HTTPException as error:
            if error.code not in GONE:  # somebody else was faster
                raise
        self._finished = True

    def keep(self, message: Rendered) -> None:
        """Have something go along with a refusal, should there be one: what somebody typed is not to be lost."""
        self._kept = message

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
            await self._answer_at_once(
                lambda: self._interaction.response.send_message(**_private_word(text, self._kept))
            )
            return
        try:
            # A deferred reply keeps the audience it was deferred for: a private one is a message of its own.
            if self._deferred:
                await _persistently(self._interaction.delete_original_response)
            # Not repeated when its connection drops: unlike an edit, it might arrive twice.
            await self._interaction.followup.send(**_private_word(text, self._kept))
        except discord.HTTPException as error:
            if error.code in GONE or not self._deferred:
                raise
            await _persistently(lambda: self._interaction.edit_original_response(content=text, view=None))

    async def _answer_at_once(self, attempt: Callable[[], Awaitable[object]]) -> None:
        try:
            await _persistently(attempt)
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:  # an attempt whose connection dropped had arrived after all
                raise


def _private_word(text: str, kept: Rendered | None) -> dict[str, Any]:
    """What discord.py sends as a private message; no link in it unfurls."""
    if kept is None:
        return {"content": text, "ephemeral": True, "suppress_embeds": True}
    # The embed shall show: what keeps links in the text from unfurling is that none is left.
    return {
        "content": escape(text),
        "embed": kept.embed,
        "files": kept.files(),
        "view": kept.view(),
        "ephemeral": True,
    }


async def _persistently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Repeat `attempt` while its connection drops; the attempt must be one that may safely be repeated."""
    for wait in RETRY_WAITS:
        try:
            return await attempt()
        except (aiohttp.ClientConnectionError, TimeoutError, OSError) as error:
            log.info("A connection to Discord dropped (%s); trying again in %s s", type(error).__name__, wait)
        await asyncio.sleep(wait)
    return await attempt()
