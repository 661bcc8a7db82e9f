"""Lay out a result as a message, and read a message back into what was asked for and written.

All text of people and models goes into an embed, where it notifies nobody and unfurls nothing. It is escaped, so that
it formats nothing either. A message is all that is kept of a text, so `read_back` undoes `render_text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from zlib import crc32

import discord

from bot.chat.ask import Ask
from bot.chat.components import Button, Layout, Rendered, buttons_under_text
from bot.chat.markup import (
    MarkupError,
    bold,
    escape,
    guard,
    seed_and_text,
    shorten,
    split_bold,
    unescape,
    unguard,
    units,
    well_formed,
)
from bot.generation.request import GenerationRequest, GenerationResult
from bot.generation.vocabulary import compose
from bot.limits import MAX_SEED

EMBED_LIMIT = 4096
"""Characters that an embed's description holds (Discord's documentation, “Embed Limits”)."""
FIELD_LIMIT = 1024
"""Characters that the value of an embed's field holds."""
COLOUR = discord.Colour(0x3A7CA5)
"""Of what the bot itself says; a text has its model's colour."""
LONGEST_READ = 200
"""Characters of a seed that the footer says was read."""
IN_THE_FILE = "\n(The text is longer than a message holds: it is in the file.)"

_FOOTER = re.compile(
    r"""(?P<model>.+?)
      [ ]·[ ](?:top-n[ ](?P<top_n>[0-9]+)|(?P<advised>(?:top-n|min-p)[ ][0-9.]+(?:,[^·]*)?))
      [ ]·[ ]random[ ]seed[ ](?P<random_seed>[0-9]+)[ ]·[ ].+
    """,
    re.DOTALL | re.VERBOSE,
)
_ITEM = re.compile(r"[0-9]+\. (.*)", re.DOTALL)


Render = Callable[[Sequence[GenerationResult], int, bool], Rendered | Layout]
"""Lays out trimmed results as one message, for the user with this id; the bool says whether links can be clicked."""


def render_text(results: Sequence[GenerationResult], requester: int, keep_links: bool) -> Rendered:
    """Lay out one result: the seed in bold, what the model wrote after it, how it was made, and the buttons.

    Args:
        results: a single trimmed result.
        requester: the id of the user who asked for it.
        keep_links: whether links can be clicked; invites never can.
    """
    (result,) = results
    request, texts = result.request, result.completions
    # The seed is shown as typed; its length goes into the buttons' ids, so that it can be told from the text.
    seed = well_formed(request.shown_seed)
    bold_seed = bold(seed, keep_links=keep_links)
    # `shown` is escaped, for the embed; `whole` is the plain text, for a file.
    if request.count == 1:
        shown, whole = seed_and_text(seed, texts[0], keep_links=keep_links), f"{seed}{texts[0]}"
    else:
        items = list(enumerate(texts, start=1))
        shown = "\n".join([bold_seed, *(f"{n}. {escape(item, keep_links=keep_links)}" for n, item in items)])
        whole = "\n".join([seed, *(f"{n}. {item}" for n, item in items)])
    # What does not fit goes into a file. The seed stays in the message: *Again* and *Edit* read it there.
    fits = units(guard(shown)) <= EMBED_LIMIT
    description = guard(shown if fits else f"{bold_seed}{IN_THE_FILE}")
    embed = discord.Embed(description=description, colour=choose_colour(result.model))
    embed.set_footer(text=_footer(result))
    is_item = request.first_line and request.count == 1
    length, cut = (0, result.cut) if is_item else (request.length, False)
    buttons = buttons_under_text(len(seed), length, request.count, requester, cut=cut)
    return Rendered(embed, None if fits else f"{whole}\n", buttons)


def choose_colour(model: str) -> discord.Colour:
    """Return the colour of a model's texts, told from its name alone: bright enough on dark and light."""
    return discord.Colour.from_hsv(crc32(model.encode()) / 2**32, 0.55, 0.75)


def render_list(title: str, entries: Iterable[tuple[str, str]]) -> Rendered:
    """Lay out names, which are the bot's own, and their values, a line each."""
    lines = "\n".join(f"**{name}:** {escape(value)}" for name, value in entries)
    return Rendered(discord.Embed(title=title, description=shorten(lines, EMBED_LIMIT), colour=COLOUR))


def read_back(description: str, footer: str, button: Button) -> tuple[Ask, tuple[str, ...] | None]:
    """Undo `render_text`.

    Args:
        description: of the message's embed.
        footer: of the message's embed.
        button: one under the message that carries what the message does not show.

    Returns:
        What was asked for, and the texts that were written as they were shown; None for the texts if they are in the
        file that went along.

    Raises:
        MarkupError: the message does not fit what its button carries.
    """
    made = _FOOTER.fullmatch(footer)
    if made is None:
        raise MarkupError("that is no footer of a text")
    seed, rest = split_bold(unguard(description), button.seed_length)
    ask = Ask(
        seed=seed,
        top_n=None if made["advised"] else int(made["top_n"]),
        length=button.length or None,
        count=button.count,
        model=made["model"],
        random_seed=int(made["random_seed"]),
        max_seed=MAX_SEED,
    )
    return ask, None if rest == IN_THE_FILE else _read_texts(rest, button.count)


def _read_texts(rest: str, count: int) -> tuple[str, ...]:
    if count == 1:
        return (unescape(rest),)
    items = [_ITEM.fullmatch(line) for line in rest.removeprefix("\n").split("\n")]
    if len(items) != count or not all(items):
        raise MarkupError("that is no list of as many texts")
    return tuple(unescape(item[1]) for item in items if item)


def _footer(result: GenerationResult) -> str:
    """Return how a text was made, which is enough to make it again."""
    seconds = result.queued_seconds + result.generating_seconds
    return (
        f"{result.model} · {_sampling(result.request)} · random seed {result.request.random_seed} · "
        f"{seconds:.2f} s · {result.engine}{what_was_read(result.request)}"
    )


def _sampling(request: GenerationRequest) -> str:
    """Return how each character was sampled; what goes beyond a top-n is what the model's card advises."""
    parts = [f"min-p {request.min_p:g}" if request.min_p else f"top-n {request.top_n}"]
    if request.temperature != 1:
        parts.append(f"temperature {request.temperature:g}")
    if request.drafts > 1:
        parts.append(f"best of {request.drafts}")
    return ", ".join(parts)


def what_was_read(request: GenerationRequest) -> str:
    """Return what the model read of the seed, if that is not what was typed."""
    if request.seed == compose(request.shown_seed):
        return ""
    return f" · read as “{shorten(well_formed(request.seed), LONGEST_READ)}”"
