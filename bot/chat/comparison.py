"""Lay out a comparison as one message, and read out of it what its buttons ask for.

The message is made of components: each text stands in a section with a button *Continue* beside it. Unlike an embed,
these can mention people, so the text is escaped and the client forbids all mentions besides; links unfurl in neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord

from bot.chat.ask import Ask
from bot.chat.components import Action, Button, Layout, make_button, walk
from bot.chat.markup import GUARD, MarkupError, bold, escape, guard, split_bold, unescape, unguard, units, well_formed
from bot.chat.read_message import UNREADABLE
from bot.chat.render import choose_colour, what_was_read
from bot.chat.trim import trim_end
from bot.errors import RefusalError
from bot.generation.request import GenerationResult
from bot.generation.vocabulary import LINE_BREAK
from bot.limits import COMPARE_LENGTH, MAX_COMPARE_LENGTH, MAX_SEED

TOP_NS = (1, 2, 3, 5, 10)
"""The top-n that are compared, before that of all characters."""
TEXT_LIMIT = 4000
"""Characters that the texts of all components hold together (Discord's documentation, “Component Reference”)."""
LEAD = "…"
"""Stands before each text, where the seed would: the white space behind it stays, and an empty text shows something."""

_SMALL_PRINT = re.compile(r"-# (?P<model>.+?) · random seed [0-9]+ · .+", re.DOTALL)


def render_comparison(results: Sequence[GenerationResult], requester: int, keep_links: bool) -> Layout:
    """Lay out what came of one seed at several top-n, one below the other.

    Texts are cut where their marks, each escaped, would make the message longer than Discord takes.

    Args:
        results: trimmed, of one model, seed and random seed, each of one completion; the last one's top-n is all.
        requester: the id of the user who asked for it.
        keep_links: whether links can be clicked; invites never can.
    """
    first, last = results[0], results[-1]
    seed = well_formed(first.request.shown_seed)
    length = 0 if first.request.first_line else first.request.length
    head, small_print = guard(bold(seed, keep_links=keep_links)) or GUARD, _small_print(results)
    names = [f"**{'all' if result is last else f'top-n {result.request.top_n}'}**" for result in results]
    room = (TEXT_LIMIT - sum(map(units, [head, small_print, *names]))) // len(results)
    container = discord.ui.Container[Any](discord.ui.TextDisplay(head), accent_colour=choose_colour(first.model))
    for name, result in zip(names, results, strict=True):
        text = _fit(result.completions[0], room, keep_links=keep_links)
        button = Button(Action.PICK, len(seed), length, top_n=result.request.top_n)
        container.add_item(discord.ui.Section(name, text, accessory=make_button(button)))
    container.add_item(discord.ui.TextDisplay(small_print))
    below = (Button(Action.COMPARE, len(seed), length), Button(Action.DELETE, owner=requester))
    container.add_item(discord.ui.ActionRow(*map(make_button, below)))
    return Layout(container)


def ask_to_compare_again(message: discord.Message, button: Button) -> Ask:
    """Return what a comparison answers, for another one of the same options.

    Raises:
        RefusalError: the message does not say it any more.
    """
    seed, model, _ = _read(message, button)
    return Ask(
        seed=seed,
        length=button.length or None,
        model=model,
        private=message.flags.ephemeral,
        max_length=MAX_COMPARE_LENGTH,
        default_length=COMPARE_LENGTH,
    )


def ask_to_continue_one(message: discord.Message, button: Button) -> Ask:
    """Return what writes on from the end of the text beside a button, by the same model at the same top-n.

    Raises:
        RefusalError: the message does not say it any more.
    """
    seed, model, text = _read(message, button)
    # A text without a length is a whole item: the next one follows.
    so_far = f"{seed}{text}{'' if button.length else LINE_BREAK}"
    return Ask(
        seed=so_far[-MAX_SEED:],
        top_n=button.top_n,
        length=button.length or None,
        model=model,
        private=message.flags.ephemeral,
        max_seed=MAX_SEED,
    )


def _fit(text: str, room: int, *, keep_links: bool) -> str:
    """Escape a text, and cut it where it reads best while it is longer than this many UTF-16 code units."""
    while units(shown := guard(f"{LEAD}{escape(text, keep_links=keep_links)}")) > room:
        text = trim_end(text[:-1])
    return shown


def _small_print(results: Sequence[GenerationResult]) -> str:
    """Return how the texts were made, which is a line in small print: nothing in it formats or breaks the line."""
    first = results[0]
    seconds = max(result.queued_seconds + result.generating_seconds for result in results)
    made = f"{first.model} · random seed {first.request.random_seed} · {seconds:.2f} s · {first.engine}"
    return f"-# {escape(' '.join(f'{made}{what_was_read(first.request)}'.split()))}"


def _read(message: discord.Message, button: Button) -> tuple[str, str, str]:
    """Undo `render_comparison`: return the seed, the model's name, and the text beside the button, if it is beside one.

    Raises:
        RefusalError: the message does not fit what its button carries.
    """
    parts = list(walk(message.components))
    shown = [part.content for part in parts if isinstance(part, discord.TextDisplay)]
    made = _SMALL_PRINT.fullmatch(unescape(shown[-1])) if shown else None
    try:
        seed, rest = split_bold(unguard(shown[0] if shown else ""), button.seed_length)
    except MarkupError:
        raise RefusalError(UNREADABLE) from None
    if made is None or rest:
        raise RefusalError(UNREADABLE)
    beside = [part for part in parts if isinstance(part, discord.SectionComponent) and _has(part, button)]
    text = next((part.children[-1].content for part in beside), "")
    return seed, made["model"], unescape(unguard(text).removeprefix(LEAD))


def _has(section: discord.SectionComponent, button: Button) -> bool:
    accessory = section.accessory
    return isinstance(accessory, discord.Button) and accessory.custom_id == button.custom_id
