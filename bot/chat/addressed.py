"""Tell which messages are meant for the bot, and read out of one what it asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import discord

from bot.chat.ask import Ask
from bot.chat.read_message import ask_to_write_on
from bot.chat.seen_message import NO_TEXT, Defer, read_seen
from bot.errors import RefusalError
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import MAX_SEED

UNSEEN = "Discord does not show me that message. Choose *Continue this* in its menu, under *Apps*."


def is_addressed(message: discord.Message, me: int) -> bool:
    """Return whether a person wrote a message to the bot: it mentions the bot, or is a direct message.

    A reply mentions the author of the message that it replies to, unless its writer switched that off; what was
    forwarded is written to nobody. Discord keeps the content of all other messages from the bot.

    Source: https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    written = message.type in {discord.MessageType.default, discord.MessageType.reply}
    if message.author.bot or message.webhook_id or not written:
        return False
    direct = isinstance(message.channel, discord.DMChannel)
    return direct or (not message.message_snapshots and any(user.id == me for user in message.mentions))


def may_answer(message: discord.Message) -> bool:
    """Return whether the bot may reply to a message, as far as it knows."""
    channel = message.channel
    if isinstance(channel, discord.DMChannel):
        return True
    if message.guild is None:  # a server that is out of reach, whose own settings nobody can know
        return False
    if isinstance(channel, discord.PartialMessageable | discord.GroupChannel):
        return True
    may = channel.permissions_for(message.guild.me)
    writes = may.send_messages_in_threads if isinstance(channel, discord.Thread) else may.send_messages
    return may.view_channel and writes and may.embed_links and may.read_message_history


async def ask_to_answer(message: discord.Message, me: int, defer: Defer) -> Ask:
    """Return what a message that is meant for the bot asks for.

    Its own text is the seed, without the mention. In a reply to the bot, the text that is replied to stands before it,
    as much of that as there is room for, and the same model writes with the same options.

    Raises:
        RefusalError: there is no text, a part of it is hidden, or it cannot be read.
    """
    content = re.sub(rf"\s*<@!?{me}>[,:]?\s*", " ", message.content).strip()
    text = await read_seen(message, defer, content)
    before = message.reference.resolved if message.reference else None
    if isinstance(before, discord.Message) and before.author.id == me:
        earlier = await _read_earlier(before, defer)
        return replace(earlier, seed=_join(earlier.seed or "", text) or None, private=False, max_seed=MAX_SEED)
    if text:
        return Ask(seed=text[-MAX_SEED:], max_seed=MAX_SEED)
    if message.reference:
        raise RefusalError(UNSEEN)
    if content == message.content.strip():  # no mention by itself, which asks for a text from a seed of the model's own
        raise RefusalError(NO_TEXT)
    return Ask()


async def _read_earlier(before: discord.Message, defer: Defer) -> Ask:
    """Return what writes on from a message of the bot's own; one that nobody can continue stands for nothing."""
    try:
        return await ask_to_write_on(before, defer, ours=True)
    except RefusalError:
        return Ask()


def _join(earlier: str, text: str) -> str:
    """Return a text on a line of its own after an earlier one, of which the end stays that fits."""
    between = LINE_BREAK if earlier and text and not earlier.endswith(LINE_BREAK) else ""
    return f"{earlier}{between}{text}"[-MAX_SEED:]
