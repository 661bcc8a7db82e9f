"""Read what a person asks for out of a message: one of the bot's own replies, or anything that people wrote."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.chat.answer import Defer
from bot.chat.ask import Ask
from bot.chat.attachments import MAX_FILE_BYTES, read_text_file
from bot.chat.components import FILE_NAME, Action, Button, walk
from bot.chat.markup import MarkupError, plain
from bot.chat.proxy import proxy_of
from bot.chat.render import read_back
from bot.chat.seen_message import NO_TEXT, read_seen
from bot.errors import RefusalError
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import MAX_SEED

UNREADABLE = "The text cannot be read from that message any more. Please use /generate."
SEVERAL = "Of several texts none can be continued."
COMPARED = "Each of these texts has a button *Continue* of its own. Please press that of the one you mean."


def custom_ids(message: discord.Message) -> list[str]:
    """Return the ids of a message's buttons, of any origin and version."""
    parts = [part for part in walk(message.components) if isinstance(part, discord.Button)]
    return [part.custom_id for part in parts if part.custom_id]


def ask_again(message: discord.Message, button: Button) -> Ask:
    """Return what the reply answers, for another text of the same options.

    Raises:
        RefusalError: the message does not say it any more.
    """
    ask, _ = _read_reply(message, button)
    return replace(ask, random_seed=None)


def ask_to_continue(message: discord.Message, button: Button) -> Ask:
    """Return what writes on from the end of a reply with one text, by the same model with the same options.

    Raises:
        RefusalError: the reply has several texts, or its text cannot be read.
    """
    if button.count > 1:
        raise RefusalError(SEVERAL)
    ask, texts = _read_reply(message, button)
    is_whole_item = ask.length is None and not button.cut
    ending = LINE_BREAK if is_whole_item else ""  # the next one follows

    async def read_seed(defer: Defer) -> str:
        await defer()  # reading a file may take longer than Discord waits
        return f"{await _read_file(message)}{ending}"[-MAX_SEED:]

    if texts is None:
        return replace(ask, random_seed=None, read_seed=read_seed)
    return replace(ask, random_seed=None, seed=f"{ask.seed}{texts[0]}{ending}"[-MAX_SEED:])


def ask_to_write_on(message: discord.Message, *, ours: bool) -> Ask:
    """Return what writes on from any message: as its text was written where it is a reply of the bot's own.

    Raises:
        RefusalError: there is no text in the message, or there are those of a comparison. So does what reads the seed
            later, as it may have to read a file: there is no text, it cannot be read, or a part is hidden as a spoiler.
    """
    buttons = [Button.parse(custom_id) for custom_id in custom_ids(message)] if ours else []
    if any(button and button.action is Action.COMPARE for button in buttons):
        raise RefusalError(COMPARED)
    button = next((button for button in buttons if button and button.count), None)
    if button and button.count == 1:
        return ask_to_continue(message, button)
    if ours:
        seed = _read_own_words(message)
        if not seed.strip():
            raise RefusalError(NO_TEXT)
        return Ask(seed=seed[-MAX_SEED:], private=message.flags.ephemeral, max_seed=MAX_SEED)

    async def read_seed(defer: Defer) -> str:
        text = await read_seen(message, defer)
        if not text.strip():
            raise RefusalError(NO_TEXT)
        return text[-MAX_SEED:]

    return Ask(read_seed=read_seed, private=message.flags.ephemeral, max_seed=MAX_SEED)


def _read_reply(message: discord.Message, button: Button) -> tuple[Ask, tuple[str, ...] | None]:
    """Return what a reply of the bot's answers, and the texts in it; None for texts that are in its file.

    Raises:
        RefusalError: it says nothing any more; a moderator may have removed its embed.
    """
    embed = next(iter(message.embeds), None)
    try:
        ask, texts = read_back((embed and embed.description) or "", (embed and embed.footer.text) or "", button)
    except MarkupError:
        raise RefusalError(UNREADABLE) from None
    return replace(ask, private=message.flags.ephemeral), texts


def _read_own_words(message: discord.Message) -> str:
    """Return what one of the bot's own messages shows that is no text to continue as it was written."""
    embed = next(iter(message.embeds), None)
    return message.content or (plain(embed.description or "") if embed else "")


async def _read_file(message: discord.Message) -> str:
    """Return the text of the file that went along with a reply, seed included.

    Raises:
        RefusalError: there is no such file, or it cannot be read.
    """
    file = next((file for file in message.attachments if file.filename == FILE_NAME), None)
    if file is None or file.size > MAX_FILE_BYTES:  # the bot writes none of that size
        raise RefusalError(UNREADABLE)
    return (await read_text_file(file.url, file.size, proxy=proxy_of(file))).removesuffix("\n")
