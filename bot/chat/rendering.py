"""The one place that turns a result into a message.

All text of people and models goes into an embed, where it notifies nobody and unfurls nothing, and is
escaped, so that it formats nothing either.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.chat.links import INVITE_DOT, split_links
from bot.generation.request import GenerationRequest, GenerationResult

EMBED_LIMIT = 4096
"""Characters that an embed's description holds (Discord's documentation, “Embed Limits”)."""
NOTICE_LIMIT = 500
"""Characters of a private word: it may repeat what somebody typed, which may be anything and 6,000 long."""
COLOUR = discord.Colour(0x3A7CA5)
FILE_NAME = "charla.txt"

_FORMATTING = re.compile(
    rf"""
      [\\*_~|`<>\[\]@\#:]       # bold, code, spoilers, quotes, links, mentions, timestamps, emoji, headings
    | ^[ \t]*[-+]                # a list, or small print, at the start of a line
    | (?<=\d)[.)](?=\s|$)       # a numbered list
    | {INVITE_DOT}
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]’”]*(?=\s|$)")
_BIDI_OPENERS = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u202d": "\u202c",
    "\u202e": "\u202c",
} | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message that is ready to go out.

    Attributes:
        embed: what is shown.
        text: the whole text, to go along as a file where the embed cannot hold it.
    """

    embed: discord.Embed
    text: str | None = None

    def files(self) -> list[discord.File]:
        """The files to attach, new ones at every call: a file that was sent once is used up."""
        return [] if self.text is None else [discord.File(io.BytesIO(self.text.encode(errors="replace")), FILE_NAME)]


def render(result: GenerationResult, typed_seed: str, *, keep_links: bool = False) -> Rendered:
    """Lay out a result: the seed in bold, what the model wrote after it, and how it was made.

    Args:
        result: what the model wrote.
        typed_seed: the seed as its author typed it.
        keep_links: whether links can be clicked; invites never can.
    """
    texts, seed = shown_texts(result), bold(typed_seed, keep_links=keep_links)
    if result.request.count == 1:
        shown, whole = f"{seed}{escape(texts[0], keep_links=keep_links)}", f"{typed_seed}{texts[0]}"
    else:
        items = list(enumerate(texts, start=1))
        shown = "\n".join([seed, *(f"{n}. {escape(item, keep_links=keep_links)}" for n, item in items)])
        whole = "\n".join([typed_seed, *(f"{n}. {item}" for n, item in items)])
    embed = discord.Embed(description=shown, colour=COLOUR)
    embed.set_footer(text=footer(result))
    if _units(shown) <= EMBED_LIMIT:
        return Rendered(embed)
    embed.description = f"{seed}\n(The text is longer than a message holds: it is in the file.)"
    return Rendered(embed, whole + "\n")


def render_list(title: str, entries: Iterable[tuple[str, str]]) -> Rendered:
    """Lay out names and what belongs to them, a line each."""
    lines = "\n".join(f"**{escape(name)}:** {escape(value)}" for name, value in entries)
    return Rendered(discord.Embed(title=title, description=lines[:EMBED_LIMIT], colour=COLOUR))


def shown_texts(result: GenerationResult) -> tuple[str, ...]:
    """What is shown of a result: each completion trimmed, and each on one line where there are several."""
    if result.request.count == 1:
        return (trim_end(result.completions[0]),)
    return tuple(_item(completion, result.request) for completion in result.completions)


def notice(text: str) -> str:
    """A private word to one person, at a length that can be sent."""
    return text if len(text) <= NOTICE_LIMIT else f"{text[: NOTICE_LIMIT - 1]}…"


def footer(result: GenerationResult) -> str:
    """How a text was made, enough to make it again."""
    seconds = result.queued_seconds + result.generating_seconds
    request = result.request
    return (
        f"{result.model} · top-n {request.top_n} · random seed {request.random_seed} · "
        f"{seconds:.2f} s · {result.engine}"
    )


def trim_end(text: str) -> str:
    """Cut a text that stopped at its length, in mid-word as often as not, where it reads best.

    That is at its last line end if that keeps half of it, else at the last sentence end that does, else
    after the last whole word; a single word stays as it is.
    """
    half = len(text) / 2
    line_end = text.rfind("\n")
    if line_end >= half:
        return text[:line_end].rstrip()
    sentence_ends = [match.end() for match in _SENTENCE_END.finditer(text) if match.end() >= half]
    if sentence_ends:
        return text[: sentence_ends[-1]]
    words = re.match(r"(.*\S)\s", text, re.DOTALL)
    return words[1] if words else text


def escape(text: str, *, keep_links: bool = False) -> str:
    """Escape everything that Discord would take for formatting, a link, a mention or an emoji.

    Args:
        text: of people or models.
        keep_links: whether links can be clicked; invites never can.
    """
    if not keep_links:
        return _FORMATTING.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)
    return "".join(piece if clickable else escape(piece) for piece, clickable in split_links(text))


def bold(text: str, *, keep_links: bool = False) -> str:
    """The text escaped and in bold; white space around it stays outside, where the marks need it."""
    core = text.strip()
    if not core:
        return text
    before, after = text.split(core, 1)
    return f"{before}**{escape(core, keep_links=keep_links)}{_close_bidi(core)}**{after}"


def _item(completion: str, request: GenerationRequest) -> str:
    ended = len(completion) < request.length  # at a line break, so there is nothing to trim
    text = completion if ended else trim_end(completion)
    return " ".join(text.split()) or "…"


def _close_bidi(text: str) -> str:
    """What ends the changes of writing direction that `text` begins, so that they do not reach what follows."""
    open_ones: list[str] = []
    for character in text:
        if character in _BIDI_OPENERS:
            open_ones.append(_BIDI_OPENERS[character])
        elif open_ones and character == open_ones[-1]:
            open_ones.pop()
    return "".join(reversed(open_ones))


def _units(text: str) -> int:
    """The length in UTF-16 code units, the larger of the two ways to count that Discord's clients use."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
