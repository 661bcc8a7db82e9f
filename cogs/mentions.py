"""Messages that mention the bot, or are written to it: it writes on from them, in a reply."""

from __future__ import annotations

import logging
from collections import deque

import discord
from discord.ext import commands

from bot.chat.addressed import ask_to_answer, is_addressed, may_answer
from bot.chat.client import Charla
from bot.chat.discord_codes import WORDS_REFUSED
from bot.chat.error_messages import first_line, tell_error
from bot.chat.handling import counted, follow, note_outcome
from bot.chat.message_reply import MessageReply, Refusals

log = logging.getLogger(__name__)

MAX_KNOWN = 1000
"""How many of the latest messages are known again, should Discord tell of one twice."""


class Mentions(commands.Cog):
    """Answers messages, but for all those that are not meant for the bot."""

    def __init__(self, bot: Charla) -> None:
        self._bot = bot
        self._known: deque[int] = deque(maxlen=MAX_KNOWN)
        self._refusals = Refusals(bot.responder.times.refusal)

    async def cog_unload(self) -> None:
        """Leave no refusal behind."""
        await self._refusals.clear()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message; where Discord lets the bot write nothing at all, it stays silent."""
        me = self._bot.user.id if self._bot.user else 0
        if message.id in self._known or not is_addressed(message, me):
            return
        self._known.append(message.id)
        with follow(self._bot.gateway.metrics, "message", message.id), counted():
            reply = MessageReply(message, self._refusals)
            try:
                await self._answer(message, me, reply)
            except discord.HTTPException as error:
                if error.code in WORDS_REFUSED:
                    await tell_error(reply, error)
                else:
                    note_outcome("discord")
                    log.info("A message could not be answered: %s", first_line(error))
            except Exception as error:  # noqa: BLE001 - the one place that answers errors tells them apart
                await (reply.take_back() if self._bot.stopping else tell_error(reply, error))

    async def _answer(self, message: discord.Message, me: int, reply: MessageReply) -> None:
        """Answer a message, if that is wanted where it is.

        Raises:
            CharlaError: why there is no text.
            discord.HTTPException: Discord did not take the answer.
        """
        policy = await self._bot.policies.look_up(reply.asking)
        if not (policy.answer_mentions and may_answer(message)):
            note_outcome("ignored")
            return
        self._bot.register_answer()
        await self._bot.responder.answer(reply, ask_to_answer(message, me))


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(Mentions(bot))
