"""Read a message of any author's as people see it: what was forwarded, pasted, embedded or laid out with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial

import discord

from bot.chat.answer import Defer
from bot.chat.attachments import read_text_file
from bot.chat.markup import unguard
from bot.chat.proxy import proxy_of
from bot.chat.seen_text import SpoilerError, as_seen
from bot.errors import RefusalError

PASTED = "message.txt"
"""The file into which Discord's apps put a text that is too long for a message."""
HIDDEN_FILE = "SPOILER_"
"""Stands before the name of a file that people see only if they choose to, unless a flag says it."""
_BLANKS = frozenset(" \u034f\u115f\u1160\u2800\u3164\uffa0")
"""Characters that count as printable, and show nothing."""
NO_TEXT = "There is no text in that message to write on from."
SPOILER = "A part of that message is hidden as a spoiler: I would show it to all."


async def read_seen(message: discord.Message, defer: Defer, content: str | None = None) -> str:
    """Return what people see of a message, its parts on lines of their own; nothing if there is no text in it.

    Args:
        message: the message.
        defer: is called before a file is read.
        content: stands for the message's content, if given.

    Raises:
        RefusalError: a part is hidden as a spoiler, or its file cannot be read.
    """
    layers: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    contents = [message.content if content is None else content, *(part.content for part in message.message_snapshots)]
    try:
        parts = [
            text
            for layer, said in zip(layers, contents, strict=True)
            async for text in _texts(layer, said, message, defer)
        ]
    except SpoilerError:
        raise RefusalError(SPOILER) from None
    return "\n".join(dict.fromkeys(part for part in parts if _shows(part)))


def _shows(text: str) -> bool:
    """Return whether people see anything of a text."""
    return any(character.isprintable() and character not in _BLANKS for character in text)


async def _texts(
    part: discord.Message | discord.MessageSnapshot, content: str, message: discord.Message, defer: Defer
) -> AsyncIterator[str]:
    """Yield the texts of a message, or of one that was forwarded in it, from top to bottom.

    Raises:
        SpoilerError: one of them is hidden.
        RefusalError: a file cannot be read.
    """
    seen = partial(as_seen, name=partial(name_mention, message))
    yield seen(content)
    if isinstance(part, discord.Message) and part.poll:
        yield part.poll.question
    for file in part.attachments:
        if file.filename.removeprefix(HIDDEN_FILE) == PASTED:  # which is shown as it is, marks and all
            if file.is_spoiler():
                raise SpoilerError("the file is hidden")
            await defer()
            yield (await read_text_file(file.url, file.size, proxy=proxy_of(file))).removesuffix("\n")
    if not part.flags.suppress_embeds:
        for embed in part.embeds:
            for text in _texts_of_embed(embed):
                yield seen(unguard(text))
    for text in _texts_of_components(part.components):
        yield seen(text)


def _texts_of_embed(embed: discord.Embed) -> Iterator[str]:
    """Yield the texts that a bot put into an embed, or the question of a poll that is over; a link's preview has none.

    The footer is left out: it says something of the text.
    """
    if embed.type == "poll_result":
        yield from (field.value or "" for field in embed.fields if field.name == "poll_question_text")
    elif embed.type in {"rich", "auto_moderation_message"}:
        yield from filter(None, (embed.author.name, embed.title, embed.description))
        for field in embed.fields:
            yield from filter(None, (field.name, field.value))


def _texts_of_components(components: Iterable[object]) -> Iterator[str]:
    """Yield the text displays among components.

    Raises:
        SpoilerError: they are hidden.
    """
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        elif isinstance(component, discord.components.Container):
            if component.spoiler:
                raise SpoilerError("a container is hidden")
            yield from _texts_of_components(component.children)


def name_mention(message: discord.Message, kind: str, number: int) -> str:
    """Return what people see for a mention in a message, as Discord's apps have it for those they do not know."""
    guild = message.guild
    if kind == "@":
        user = (guild.get_member(number) if guild else None) or discord.utils.get(message.mentions, id=number)
        return f"@{user.display_name}" if user else "@unknown-user"
    if kind == "@&":
        role = (guild.get_role(number) if guild else None) or discord.utils.get(message.role_mentions, id=number)
        return f"@{role.name.removeprefix('@')}" if role else "@deleted-role"
    channel = guild.get_channel_or_thread(number) if guild else None
    return f"#{channel.name}" if channel else "#unknown"
