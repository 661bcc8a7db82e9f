"""Tell which messages are meant for the bot, and read out of one what it asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import discord

from bot.chat.answer import Defer
from bot.chat.ask import Ask
from bot.chat.read_message import ask_to_write_on
from bot.chat.seen_message import NO_TEXT, read_seen
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
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return True  # the channel that it hangs on, which says who may write, is not known
    may = channel.permissions_for(message.guild.me)
    writes = may.send_messages_in_threads if isinstance(channel, discord.Thread) else may.send_messages
    return may.view_channel and writes and may.embed_links and may.read_message_history


def ask_to_answer(message: discord.Message, me: int) -> Ask:
    """Return what a message that is meant for the bot asks for.

    Its own text is the seed, without the mention. In a reply to the bot, the text that is replied to stands before it,
    as much of that as there is room for, and the same model writes with the same options.

    What reads the seed raises RefusalError: there is no text, a part of it is hidden, or it cannot be read.
    """
    content = re.sub(rf"\s*<@!?{me}>[,:]?\s*", " ", message.content).strip()
    before = message.reference.resolved if message.reference else None
    if isinstance(before, discord.Message) and before.author.id == me:
        return _ask_to_go_on(message, content, before)

    async def read_seed(defer: Defer) -> str | None:
        text = await read_seen(message, defer, content)
        if text:
            return text[-MAX_SEED:]
        if message.reference:
            raise RefusalError(UNSEEN)
        if content == message.content.strip():  # no mention by itself, which asks for a seed of the model's own
            raise RefusalError(NO_TEXT)
        return None

    return Ask(read_seed=read_seed, max_seed=MAX_SEED)


def _ask_to_go_on(message: discord.Message, content: str, before: discord.Message) -> Ask:
    """Return what a reply to a message of the bot's own asks for; one that nobody can continue stands for nothing."""
    try:
        earlier = ask_to_write_on(before, ours=True)
    except RefusalError:
        earlier = Ask()

    async def read_seed(defer: Defer) -> str | None:
        text = await read_seen(message, defer, content)
        try:
            so_far = await earlier.read_seed(defer) if earlier.read_seed else earlier.seed
        except RefusalError:
            so_far = None
        return _join(so_far or "", text) or None

    return replace(earlier, seed=None, read_seed=read_seed, private=False, max_seed=MAX_SEED)


def _join(earlier: str, text: str) -> str:
    """Return a text on a line of its own after an earlier one, of which the end stays that fits."""
    between = LINE_BREAK if earlier and text and not earlier.endswith(LINE_BREAK) else ""
    return f"{earlier}{between}{text}"[-MAX_SEED:]
