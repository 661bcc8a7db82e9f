"""Read what a person asks for out of a message: one of the bot's own replies, or anything that people wrote."""

from __future__ import annotations

from dataclasses import replace

import discord

from bot.chat.ask import Ask
from bot.chat.attachments import MAX_FILE_BYTES, read_text_file
from bot.chat.components import FILE_NAME, Button
from bot.chat.markup import MarkupError, plain
from bot.chat.render import read_back
from bot.chat.seen_message import NO_TEXT, Defer, read_seen
from bot.errors import RefusalError
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import MAX_SEED

UNREADABLE = "The text cannot be read from that message any more. Please use /generate."
SEVERAL = "Of several texts none can be continued."


def custom_ids(message: discord.Message) -> list[str]:
    """Return the ids of a message's buttons, of any origin and version."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    parts = [part for row in rows for part in row.children if isinstance(part, discord.Button)]
    return [part.custom_id for part in parts if part.custom_id]


def ask_again(message: discord.Message, button: Button) -> Ask:
    """Return what the reply answers, for another text of the same options.

    Raises:
        RefusalError: the message does not say it any more.
    """
    ask, _ = _read_reply(message, button)
    return replace(ask, random_seed=None)


async def ask_to_continue(message: discord.Message, button: Button, defer: Defer) -> Ask:
    """Return what writes on from the end of a reply with one text, by the same model with the same options.

    Raises:
        RefusalError: the reply has several texts, or its text cannot be read.
    """
    if button.count > 1:
        raise RefusalError(SEVERAL)
    ask, texts = _read_reply(message, button)
    if texts is None:
        await defer()  # reading a file may take longer than Discord waits
        text_so_far = await _read_file(message)
    else:
        text_so_far = f"{ask.seed}{texts[0]}"
    if ask.length is None:
        text_so_far += LINE_BREAK  # the text is a whole item: the next one follows
    return replace(ask, seed=text_so_far[-MAX_SEED:], random_seed=None)


async def ask_to_write_on(message: discord.Message, defer: Defer, *, ours: bool) -> Ask:
    """Return what writes on from any message: as its text was written where it is a reply of the bot's own.

    Raises:
        RefusalError: there is no text in the message, it cannot be read, or a part of it is hidden as a spoiler.
    """
    buttons = [Button.parse(custom_id) for custom_id in custom_ids(message)] if ours else []
    button = next((button for button in buttons if button and button.count), None)
    if button and button.count == 1:
        return await ask_to_continue(message, button, defer)
    text = _read_own_words(message) if ours else await read_seen(message, defer)
    if not text.strip():
        raise RefusalError(NO_TEXT)
    return Ask(seed=text[-MAX_SEED:], private=message.flags.ephemeral, max_seed=MAX_SEED)


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
    return (await read_text_file(file.url, file.size)).removesuffix("\n")
