"""Write to the bot as people do, and wait for what it replies."""

from __future__ import annotations

from typing import Any

from bot.chat.markup import plain
from playground.wire.records import Message
from tests.support.running_bot import Running
from tests.support.waiting import wait_until


def mention(running: Running, text: str = "", **context: Any) -> Message:
    """Have a person write a message that mentions the bot, before the text."""
    return running.server.say(f"<@{running.server.bot.id}> {text}".strip(), **context)


def replies_to(running: Running, message: Message) -> list[Message]:
    """Return what the bot replied to a message, what it deleted included."""
    there = running.server.world.messages.values()
    return [reply for reply in there if reply.replies_to == message.id and reply.author.bot]


async def reply_to(running: Running, message: Message) -> Message:
    """Return the text that the bot replies with, or why there is none, once it is there."""
    await wait_until(lambda: any(not reply.unfinished for reply in replies_to(running, message)), 20)
    (reply,) = replies_to(running, message)
    return reply


def shown_text(reply: Message) -> str:
    """Return seed and text of a reply as people see them."""
    return plain(reply.embeds[0]["description"])
