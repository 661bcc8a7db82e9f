"""The one place that turns a result into a message, and a message back into what was asked and written.

All text of people and models goes into an embed, where it notifies nobody and unfurls nothing, and is
escaped, so that it formats nothing either.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord

from bot.chat.buttons import Action, Button, Unseen, under_text, view
from bot.chat.markup import (
    MarkupError,
    bold,
    escape,
    guard,
    seed_and_text,
    split_bold,
    unescape,
    unguard,
    units,
    well_formed,
)
from bot.generation.request import GenerationRequest, GenerationResult

EMBED_LIMIT = 4096
"""Characters that an embed's description holds (Discord's documentation, “Embed Limits”)."""
FIELD_LIMIT = 1024
"""Likewise, the value of a field."""
NOTICE_LIMIT = 500
"""Characters of a private word: it may repeat what somebody typed, which may be anything and 6,000 long."""
COLOUR = discord.Colour(0x3A7CA5)
FILE_NAME = "charla.txt"
IN_THE_FILE = "\n(The text is longer than a message holds: it is in the file.)"

_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]’”]*(?=\s|$)")
_FOOTER = re.compile(r"(?P<model>.+) · top-n (?P<top_n>[0-9]+) · random seed (?P<random_seed>[0-9]+) · .+", re.DOTALL)
_ITEM = re.compile(r"[0-9]+\. (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message that is ready to go out.

    Attributes:
        embed: what is shown.
        text: the whole text, to go along as a file where the embed cannot hold it.
        buttons: what can be pressed under it.
    """

    embed: discord.Embed
    text: str | None = None
    buttons: tuple[Button, ...] = ()

    def files(self) -> list[discord.File]:
        """The files to attach, new ones at every call: a file that was sent once is used up."""
        return [] if self.text is None else [discord.File(io.BytesIO(self.text.encode()), FILE_NAME)]

    def view(self) -> discord.ui.View:
        """The buttons, ready to send."""
        return view(self.buttons)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a message that `render` made says of itself.

    Attributes:
        seed: as it was typed.
        texts: what was written after it, as it was shown; None if that is in the file that goes along.
        top_n: of the request.
        random_seed: of the request.
        model: the name of who wrote it.
    """

    seed: str
    texts: tuple[str, ...] | None
    top_n: int
    random_seed: int
    model: str


def render(result: GenerationResult, typed_seed: str, requester: int = 0, *, keep_links: bool = False) -> Rendered:
    """Lay out a result: the seed in bold, what the model wrote after it, how it was made, and the buttons.

    Args:
        result: what the model wrote.
        typed_seed: the seed as its author typed it.
        requester: the id of the user who asked for it.
        keep_links: whether links can be clicked; invites never can.
    """
    seed, request = well_formed(typed_seed), result.request
    in_bold = bold(seed, keep_links=keep_links)
    texts = shown_texts(result)
    if request.count == 1:
        shown, whole = seed_and_text(seed, texts[0], keep_links=keep_links), f"{seed}{texts[0]}"
    else:
        items = list(enumerate(texts, start=1))
        shown = "\n".join([in_bold, *(f"{n}. {escape(item, keep_links=keep_links)}" for n, item in items)])
        whole = "\n".join([seed, *(f"{n}. {item}" for n, item in items)])
    fits = units(guard(shown)) <= EMBED_LIMIT
    embed = discord.Embed(description=guard(shown if fits else f"{in_bold}{IN_THE_FILE}"), colour=COLOUR)
    embed.set_footer(text=footer(result))
    buttons = under_text(Unseen(len(seed), request.length, request.count), requester)
    return Rendered(embed, None if fits else f"{whole}\n", buttons)


def render_comparison(
    results: Sequence[GenerationResult], typed_seed: str, requester: int, *, keep_links: bool = False
) -> Rendered:
    """Lay out what came of one seed at several top-n, side by side.

    Args:
        results: of one model and random seed, each of one completion.
        typed_seed: the seed as its author typed it.
        requester: the id of the user who asked for it.
        keep_links: whether links can be clicked; invites never can.
    """
    seed = bold(well_formed(typed_seed), keep_links=keep_links)
    embed = discord.Embed(description=guard(seed), colour=COLOUR)
    for result in results:
        top_n = "all" if result is results[-1] else f"top-n {result.request.top_n}"
        text = escape(shown_texts(result)[0].strip(), keep_links=keep_links)
        embed.add_field(name=top_n, value=text or "…")
    seconds = max(result.queued_seconds + result.generating_seconds for result in results)
    first = results[0]
    embed.set_footer(text=f"{first.model} · random seed {first.request.random_seed} · {seconds:.2f} s · {first.engine}")
    return Rendered(embed, buttons=(Button(Action.DELETE, whose=requester),))


def render_list(title: str, entries: Iterable[tuple[str, str]]) -> Rendered:
    """Lay out names, which are ours, and what belongs to them, a line each."""
    lines = "\n".join(f"**{name}:** {escape(value)}" for name, value in entries)
    return Rendered(discord.Embed(title=title, description=shortened(lines, EMBED_LIMIT), colour=COLOUR))


def read_back(description: str, footer: str, unseen: Unseen) -> ReadBack:
    """Undo `render`.

    Args:
        description: of the message's embed.
        footer: likewise.
        unseen: what the message's buttons carry.

    Raises:
        MarkupError: the message does not fit what its buttons carry.
    """
    made = _FOOTER.fullmatch(footer)
    if made is None:
        raise MarkupError("that is no footer of a text")
    seed, rest = split_bold(unguard(description), unseen.seed)
    return ReadBack(
        seed,
        None if rest == IN_THE_FILE else _texts(rest, unseen.count),
        top_n=int(made["top_n"]),
        random_seed=int(made["random_seed"]),
        model=made["model"],
    )


def _texts(rest: str, count: int) -> tuple[str, ...]:
    if count == 1:
        return (unescape(rest),)
    items = [_ITEM.fullmatch(line) for line in rest.removeprefix("\n").split("\n")]
    if len(items) != count or not all(items):
        raise MarkupError("that is no list of as many texts")
    return tuple(unescape(item[1]) for item in items if item)


def shown_texts(result: GenerationResult) -> tuple[str, ...]:
    """What is shown of a result: each completion trimmed, and each on one line where there are several."""
    texts = map(well_formed, result.completions)
    if result.request.count == 1:
        return tuple(map(trim_end, texts))
    return tuple(_item(text, result.request) for text in texts)


def notice(text: str) -> str:
    """A private word to one person, at a length that can be sent."""
    return shortened(text, NOTICE_LIMIT)


def shortened(text: str, limit: int) -> str:
    """The text, or its beginning, in as many characters as there may be."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


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


def _item(completion: str, request: GenerationRequest) -> str:
    ended = len(completion) < request.length  # at a line break, so there is nothing to trim
    text = completion if ended else trim_end(completion)
    return " ".join(text.split()) or "…"
