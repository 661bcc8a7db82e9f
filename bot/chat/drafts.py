"""What somebody typed into the form behind *Edit*, and the private word that keeps it where no text came of it.

Nothing else keeps it: the word is rendered, and read back, here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord

from bot.chat.buttons import Action, Button, Unseen
from bot.chat.markup import GUARD, MarkupError, units, well_formed
from bot.chat.rendering import COLOUR, EMBED_LIMIT, ReadBack, Rendered

LONGEST_NUMBER = 16
"""Characters of a field for a number."""

_SEED = re.compile(r"```\n(.*)\n```", re.DOTALL)
_FOOTER = re.compile(r"(?P<model>.+) · (?P<count>[0-9]{1,2}) texts? · (?P<audience>public|private)", re.DOTALL)
_TOP_N, _LENGTH = "Top-n", "Length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form as it was typed, unchecked, with what it does not ask for.

    Attributes:
        seed: as typed.
        top_n: likewise.
        length: likewise.
        model: the name of who is to write; empty where that is not known any more, and the draft can only be copied.
        count: how many completions.
        private: whether only the person who typed it is to see the text.
    """

    seed: str = ""
    top_n: str = ""
    length: str = ""
    model: str = ""
    count: int = 1
    private: bool = False


def draft_of(reply: ReadBack, unseen: Unseen, *, private: bool) -> Draft:
    """The form as it is shown first, under a reply."""
    return Draft(
        seed=reply.seed,
        top_n=str(reply.top_n),
        length=str(unseen.length),
        model=reply.model,
        count=unseen.count,
        private=private,
    )


def render_draft(draft: Draft) -> Rendered:
    """Lay out what was typed, word for word: in a block of code nothing formats, and as much as a form takes fits.

    Only where Discord counts characters as one there and as two here, it does not; such a seed goes along as a file.
    """
    seed = well_formed(draft.seed)
    block = f"```\n{seed}\n```"
    fits = units(block) <= EMBED_LIMIT
    embed = discord.Embed(description=block if fits else None, colour=COLOUR)
    for name, typed in ((_TOP_N, draft.top_n), (_LENGTH, draft.length)):
        embed.add_field(name=name, value=f"{GUARD}{well_formed(typed)[:LONGEST_NUMBER]}{GUARD}")
    if draft.model:
        texts, audience = "text" if draft.count == 1 else "texts", "private" if draft.private else "public"
        embed.set_footer(text=f"{draft.model} · {draft.count} {texts} · {audience}")
    return Rendered(embed, None if fits else seed, (Button(Action.EDIT),) if fits and draft.model else ())


def read_draft(embed: discord.Embed | None) -> Draft:
    """Undo `render_draft`, for what has a button.

    Raises:
        MarkupError: that is none.
    """
    seed = _SEED.fullmatch((embed and embed.description) or "")
    made = _FOOTER.fullmatch((embed and embed.footer.text) or "")
    fields = {field.name: field.value or "" for field in embed.fields} if embed else {}
    if not (seed and made and _TOP_N in fields and _LENGTH in fields):
        raise MarkupError("that is no draft")
    return Draft(
        seed=seed[1],
        top_n=_unguarded(fields[_TOP_N]),
        length=_unguarded(fields[_LENGTH]),
        model=made["model"],
        count=int(made["count"]),
        private=made["audience"] == "private",
    )


def _unguarded(value: str) -> str:
    return value.removeprefix(GUARD).removesuffix(GUARD)
