"""Read what a person asks for out of a message: one of the bot's own replies, or anything that people wrote."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import aiohttp
import discord

from bot.chat.ask import Ask
from bot.chat.components import FILE_NAME, Action, Button, walk
from bot.chat.markup import MarkupError, plain
from bot.chat.render import read_back
from bot.errors import RefusalError
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import MAX_SEED

MAX_FILE_BYTES = 64 * 1024
"""Four times as much as the longest text that a request can end in, with four bytes a character."""
READ_SECONDS = 10.0

UNREADABLE = "The text cannot be read from that message any more. Please use /generate."
NO_TEXT = "There is no text in that message to write on from."
NO_FILE = "The file with that text cannot be had from Discord now. Please try again, or use /generate."
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

    async def read_seed() -> str:
        return f"{await _read_file(message)}{ending}"[-MAX_SEED:]

    if texts is None:
        return replace(ask, random_seed=None, read_seed=read_seed)
    return replace(ask, random_seed=None, seed=f"{ask.seed}{texts[0]}{ending}"[-MAX_SEED:])


def ask_to_write_on(message: discord.Message, *, ours: bool) -> Ask:
    """Return what writes on from any message: as its text was written where it is a reply of the bot's own.

    Raises:
        RefusalError: there is no text in the message, or there are those of a comparison.
    """
    buttons = [Button.parse(custom_id) for custom_id in custom_ids(message)] if ours else []
    if any(button and button.action is Action.PICK for button in buttons):
        raise RefusalError(COMPARED)
    button = next((button for button in buttons if button and button.count), None)
    if button and button.count == 1:
        return ask_to_continue(message, button)
    text = _read_words(message, ours=ours)
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


def _read_words(message: discord.Message, *, ours: bool) -> str:
    """Return what a message says: its content, or what the embed of one of the bot's own shows.

    Raises:
        RefusalError: it says nothing.
    """
    embed = next(iter(message.embeds), None) if ours else None
    text = message.clean_content or (plain(embed.description or "") if embed else "")
    if not text.strip():
        raise RefusalError(NO_TEXT)
    return text


async def _read_file(message: discord.Message) -> str:
    """Return the text of the file that went along with a reply, seed included.

    Raises:
        RefusalError: there is no such file, or it cannot be read.
    """
    file = next((file for file in message.attachments if file.filename == FILE_NAME), None)
    if file is None or file.size > MAX_FILE_BYTES:
        raise RefusalError(UNREADABLE)
    try:
        async with asyncio.timeout(READ_SECONDS):
            content = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        raise RefusalError(NO_FILE) from None
    return content.decode("utf-8", "replace").removesuffix("\n")
