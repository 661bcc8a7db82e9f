"""Answer a message by a reply to it, which pings nobody: one reply a message, whatever happens on the way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.components import Button, Layout, Rendered, make_view
from bot.chat.markup import shorten
from bot.chat.pauses import Pauses
from bot.chat.repetition import FAILURES, Repetition
from bot.chat.reply import NOTICE_LIMIT

log = logging.getLogger(__name__)

NONCE_SECONDS = 120.0
"""How long a reply may be repeated: Discord knows its nonce again for some minutes."""


@dataclass(frozen=True, slots=True)
class AskingMessage:
    """A message as `Asking` has it."""

    message: discord.Message

    @property
    def id(self) -> int:
        """The message's id."""
        return self.message.id

    @property
    def user(self) -> discord.User | discord.Member:
        """Its author."""
        return self.message.author

    @property
    def guild_id(self) -> int | None:
        """The server that it is in."""
        return self.message.guild.id if self.message.guild else None

    @property
    def channel(self) -> object:
        """The channel that it is in."""
        return self.message.channel


class Refusals:
    """The refusals that stand in channels: one a user, each deleted after a while.

    Args:
        seconds: how long one stands.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._standing: dict[asyncio.Task[None], int] = {}
        self._clearing = asyncio.Event()

    def stands(self, user: int) -> bool:
        """Return whether this user was told something just now."""
        return user in self._standing.values()

    def add(self, user: int, refusal: discord.Message) -> None:
        """Note a refusal to a user, and delete it in a while."""
        task = asyncio.create_task(self._delete_later(refusal))
        self._standing[task] = user
        task.add_done_callback(self._standing.pop)

    async def clear(self) -> None:
        """Delete all of them now: the bot leaves."""
        self._clearing.set()
        await asyncio.gather(*self._standing)

    async def _delete_later(self, refusal: discord.Message) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._clearing.wait(), self._seconds)
        await _delete(refusal)


class MessageReply:
    """Answers a message; see `Answer`.

    The message's id goes along as a nonce: Discord makes one message of all that are sent by the same nonce within some
    minutes, so that neither an attempt that is repeated nor another process that was told of the message adds a second.

    Args:
        message: what is answered.
        refusals: those that stand: a person who was told something just now is not told again.
        again: between two attempts to reply, while Discord takes none.
    """

    def __init__(self, message: discord.Message, refusals: Refusals, again: Pauses) -> None:
        self.asking = AskingMessage(message)
        self._message = message
        self._refusals = refusals
        self._again = again
        self._deferred = False
        self._finished = False
        self._sent: discord.Message | None = None

    async def defer(self, *, private: bool) -> None:  # noqa: ARG002 - nothing in a channel is private
        """Show “Charla is typing…”, once."""
        if not self._deferred:
            self._deferred = True
            await _try(_type(self._message.channel))

    async def show_progress(self, text: str, cancel: Button) -> None:
        """Reply with a line and a button, or change that line. It is not repeated: another will follow."""
        await _try(self._show(text, cancel))

    async def finish(self, message: Rendered | Layout) -> None:
        """Reply with a message, or put it in place of the line about progress."""
        repetition = Repetition(self._again, NONCE_SECONDS)
        if self._sent is None:
            self._sent = await repetition.run(
                lambda: self._reply(embed=message.embed, files=message.files(), view=message.view())
            )
        sent = self._sent
        if sent.content:  # a line about progress, if only one of whose arrival nobody heard
            await repetition.run(
                lambda: sent.edit(content=None, embed=message.embed, attachments=message.files(), view=message.view())
            )
        self._finished = True

    async def refuse(self, text: str) -> None:
        """Say for some seconds why there is no text; nothing to a person who was told something just now."""
        if self._finished:
            return
        self._finished = True
        user, text = self._message.author.id, shorten(text, NOTICE_LIMIT)
        if self._sent:
            self._refusals.add(user, await self._sent.edit(content=text, view=None, suppress=True))
        elif not self._refusals.stands(user):
            self._refusals.add(user, await self._reply(content=text, suppress_embeds=True))

    async def take_back(self) -> None:
        """Delete the line about progress, if there is one, and say nothing: the bot leaves."""
        if self._sent and not self._finished:
            self._finished = True
            await _delete(self._sent)

    async def _show(self, text: str, cancel: Button) -> None:
        if self._sent is None:
            self._sent = await self._reply(content=text, view=make_view([cancel]))
        else:
            await self._sent.edit(content=text)

    async def _reply(self, **parts: Any) -> discord.Message:  # noqa: ANN401 - the parts of discord.py's own call
        return await self._message.reply(mention_author=False, nonce=self._message.id, **parts)


async def _delete(message: discord.Message) -> None:
    """Delete a message, unless a person was quicker, or Discord is out of reach."""
    with contextlib.suppress(*FAILURES):
        await message.delete()


async def _type(channel: discord.abc.Messageable) -> None:
    await channel.typing()


async def _try(attempt: Awaitable[None]) -> None:
    """Do what an answer can do without.

    Raises:
        discord.HTTPException: Discord refused it, as it would refuse the answer.
    """
    try:
        await attempt
    except FAILURES as error:
        if isinstance(error, discord.HTTPException) and error.status < 500:
            raise
        log.info("A message could not be told that its answer is under way: %s", error)
