"""Reads texts out of Discord's messages: out of our own replies what their buttons need, out of others their words."""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.chat.buttons import Button, Unseen
from bot.chat.drafts import Draft, draft_of, read_draft
from bot.chat.errors import RefusalError
from bot.chat.markup import MarkupError, plain
from bot.chat.rendering import FILE_NAME, ReadBack, read_back

MAX_FILE_BYTES = 64 * 1024
"""Four times as much as the longest text that a request can end in, with four bytes a character."""
READ_SECONDS = 10.0

UNREADABLE = "The text cannot be read from that message any more. Please use /generate."
NO_TEXT = "There is no text in that message to write on from."
NO_FILE = "The file with that text cannot be had from Discord now. Please try again, or use /generate."


def buttons_of(message: discord.Message) -> list[Button]:
    """The buttons of this version that a message has."""
    found = [Button.parse(custom_id) for custom_id in custom_ids(message)]
    return [button for button in found if button]


def custom_ids(message: discord.Message) -> list[str]:
    """The ids of a message's buttons, whoever made them."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    parts = [part for row in rows for part in row.children if isinstance(part, discord.Button)]
    return [part.custom_id for part in parts if part.custom_id]


def read_reply(message: discord.Message, unseen: Unseen) -> ReadBack:
    """What a reply of ours says of itself.

    Raises:
        RefusalError: it says nothing any more: somebody took its embed away, say.
    """
    embed = next(iter(message.embeds), None)
    try:
        return read_back((embed and embed.description) or "", (embed and embed.footer.text) or "", unseen)
    except MarkupError:
        raise RefusalError(UNREADABLE) from None


def read_form(message: discord.Message, button: Button) -> Draft:
    """What the form of a button is to show.

    Raises:
        RefusalError: the message does not say it any more.
    """
    if button.unseen:
        return draft_of(read_reply(message, button.unseen), button.unseen, private=message.flags.ephemeral)
    try:
        return read_draft(next(iter(message.embeds), None))
    except MarkupError:
        raise RefusalError(UNREADABLE) from None


async def text_so_far(message: discord.Message, reply: ReadBack) -> str:
    """The seed and what was written after it, from the file that went along if the message could not hold it.

    Raises:
        RefusalError: there is such a file, and it cannot be read.
    """
    if reply.texts is None:
        return await _read_file(message)
    return reply.seed + "".join(reply.texts)


def words_of(message: discord.Message, *, ours: bool) -> str:
    """What a message says: its content, or what the embed of one of ours shows.

    Raises:
        RefusalError: nothing.
    """
    embed = next(iter(message.embeds), None) if ours else None
    text = message.clean_content or (plain(embed.description or "") if embed else "")
    if not text.strip():
        raise RefusalError(NO_TEXT)
    return text


async def _read_file(message: discord.Message) -> str:
    file = next((file for file in message.attachments if file.filename == FILE_NAME), None)
    if file is None or file.size > MAX_FILE_BYTES:
        raise RefusalError(UNREADABLE)
    try:
        async with asyncio.timeout(READ_SECONDS):
            content = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        raise RefusalError(NO_FILE) from None
    return content.decode("utf-8", "replace").removesuffix("\n")
