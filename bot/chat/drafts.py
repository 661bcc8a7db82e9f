"""What somebody types into the form behind *Edit*, and the private word that keeps it where no text comes of it.

Nothing else keeps it: form and word are made of a draft, and read back, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.buttons import Action, Button, Unseen
from bot.chat.markup import GUARD, MarkupError, units, well_formed
from bot.chat.rendering import COLOUR, EMBED_LIMIT, ReadBack, Rendered

FIELDS = {"seed": "Seed", "top_n": "Top-n", "length": "Length"}
"""The names of the form's fields by their ids, which are a draft's attributes."""
LONGEST_SEED = 4000
"""Characters that a field of a form holds, by Discord's own count."""
LONGEST_NUMBER = 16

_SEED = re.compile(r"```\n(.*)\n```", re.DOTALL)
_FOOTER = re.compile(r"(?P<model>.+) · (?P<count>[0-9]{1,2}) texts? · (?P<audience>public|private)", re.DOTALL)


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


def form(custom_id: str, draft: Draft) -> discord.ui.Modal:
    """The form, with a draft filled in."""
    made = discord.ui.Modal(title="Edit", custom_id=custom_id)
    for name, label in FIELDS.items():
        is_seed = name == "seed"
        limit = LONGEST_SEED if is_seed else LONGEST_NUMBER
        field = discord.ui.TextInput[Any](
            custom_id=name,
            style=discord.TextStyle.paragraph if is_seed else discord.TextStyle.short,
            default=getattr(draft, name)[:limit],
            max_length=limit,
        )
        made.add_item(discord.ui.Label(text=label, component=field))
    made.stop()  # discord.py shall not keep it: it is understood by its id alone, after a restart too
    return made


def typed_into(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What was typed into the form, by the ids of its fields."""
    values: dict[str, str] = {}
    for part in components:
        if part.get("custom_id") in FIELDS:
            values[part["custom_id"]] = str(part.get("value") or "")
        values |= typed_into([*part.get("components", ()), *([part["component"]] if "component" in part else ())])
    return values


def render_draft(draft: Draft) -> Rendered:
    """Lay out what was typed, word for word: in a block of code nothing formats, and as much as a form takes fits.

    Only where Discord counts characters as one there and as two here, it does not; such a seed goes along as a file.
    """
    seed = well_formed(draft.seed)
    block = f"```\n{seed}\n```"
    fits = units(block) <= EMBED_LIMIT
    embed = discord.Embed(description=block if fits else None, colour=COLOUR)
    for name in ("top_n", "length"):
        typed = well_formed(getattr(draft, name))[:LONGEST_NUMBER]
        embed.add_field(name=FIELDS[name], value=f"{GUARD}{typed}{GUARD}")
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
    shown = {field.name: field.value or "" for field in embed.fields} if embed else {}
    if not (seed and made and {FIELDS["top_n"], FIELDS["length"]} <= shown.keys()):
        raise MarkupError("that is no draft")
    numbers = {name: shown[FIELDS[name]].removeprefix(GUARD).removesuffix(GUARD) for name in ("top_n", "length")}
    return Draft(
        seed=seed[1],
        **numbers,
        model=made["model"],
        count=int(made["count"]),
        private=made["audience"] == "private",
    )
