"""Show the form behind *Edit*, and keep what was typed into it in an ephemeral message where no text comes of it.

Nothing else keeps what was typed: form and message are made of an `EditForm`, and read back, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.ask import Ask, parse_number
from bot.chat.components import Action, Button, Rendered
from bot.chat.markup import GUARD, MarkupError, units, well_formed
from bot.chat.read_message import UNREADABLE, ask_again
from bot.chat.render import COLOUR, EMBED_LIMIT
from bot.errors import RefusalError
from bot.limits import MAX_SEED, MAX_TYPED_DIGITS

FIELDS = {"seed": "Seed", "top_n": "Top-n", "length": "Length"}
"""The labels of the form's fields by their ids, which are attributes of an `EditForm`."""
MAX_FIELD = 4000
"""Characters that a field of a form holds (Discord's documentation, “Text Input”)."""

_SEED = re.compile(r"```\n(.*)\n```", re.DOTALL)
_FOOTER = re.compile(r"(?P<model>.+) · (?P<count>[0-9]{1,2}) texts? · (?P<audience>public|private)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditForm:
    """A form as it was typed, unchecked, with what it does not ask for.

    Attributes:
        seed: as typed.
        top_n: as typed; empty for the model's own way.
        length: as typed; empty where it was left out.
        model: the name of the model that is to write; empty where it is not known any more, and the form can only be
            copied from the message that keeps it.
        count: how many completions.
        private: whether the reply is ephemeral.
    """

    seed: str = ""
    top_n: str = ""
    length: str = ""
    model: str = ""
    count: int = 1
    private: bool = False

    @classmethod
    def of(cls, ask: Ask) -> EditForm:
        """Return the form filled in with what was asked for."""
        return cls(
            seed=ask.seed or "",
            top_n=str(ask.top_n or ""),
            length=str(ask.length or ""),
            model=ask.model or "",
            count=ask.count or 1,
            private=ask.private,
        )

    def to_ask(self) -> Ask:
        """Return what the form asks for.

        Raises:
            RefusalError: top-n or length is not a whole number.
        """
        return Ask(
            seed=self.seed,
            top_n=parse_number("top-n", self.top_n),
            length=parse_number("length", self.length),
            count=self.count,
            model=self.model,
            private=self.private,
            max_seed=MAX_SEED,
        )

    def to_modal(self, custom_id: str) -> discord.ui.Modal:
        """Return the form for Discord to show."""
        modal = discord.ui.Modal(title="Edit", custom_id=custom_id)
        for name, label in FIELDS.items():
            is_seed = name == "seed"
            limit = MAX_FIELD if is_seed else MAX_TYPED_DIGITS
            field = discord.ui.TextInput[Any](
                custom_id=name,
                style=discord.TextStyle.paragraph if is_seed else discord.TextStyle.short,
                default=getattr(self, name)[:limit],
                max_length=limit,
                required=is_seed,
            )
            modal.add_item(discord.ui.Label(text=label, component=field))
        modal.stop()  # discord.py need not keep it: it is understood by its id alone, after a restart too
        return modal


def read_form(message: discord.Message, button: Button) -> EditForm:
    """Return the form that a button opens: of a reply, or of the message that keeps a form which was not sent.

    Raises:
        RefusalError: the message does not say it any more.
    """
    if button.count:
        return EditForm.of(ask_again(message, button))
    try:
        return read_unsent(next(iter(message.embeds), None))
    except MarkupError:
        raise RefusalError(UNREADABLE) from None


def typed_fields(components: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was typed into a submitted form, by the ids of its fields."""
    values: dict[str, str] = {}
    for part in components:
        if part.get("custom_id") in FIELDS:
            values[part["custom_id"]] = str(part.get("value") or "")
        values |= typed_fields([*part.get("components", ()), *([part["component"]] if "component" in part else ())])
    return values


def render_unsent(form: EditForm) -> Rendered:
    """Lay out what was typed, word for word, in a code block, where nothing formats; what a form takes always fits.

    The exception is a seed of characters that Discord counts as one in a form and as two here: it goes along as a file.
    """
    seed = well_formed(form.seed)
    block = f"```\n{seed}\n```"
    fits = units(block) <= EMBED_LIMIT
    embed = discord.Embed(description=block if fits else None, colour=COLOUR)
    for name in ("top_n", "length"):
        typed = well_formed(getattr(form, name))[:MAX_TYPED_DIGITS]
        embed.add_field(name=FIELDS[name], value=f"{GUARD}{typed}{GUARD}")
    if form.model:
        texts, audience = "text" if form.count == 1 else "texts", "private" if form.private else "public"
        embed.set_footer(text=f"{form.model} · {form.count} {texts} · {audience}")
    return Rendered(embed, None if fits else seed, (Button(Action.EDIT),) if fits and form.model else ())


def read_unsent(embed: discord.Embed | None) -> EditForm:
    """Undo `render_unsent`, for a message that has a button.

    Raises:
        MarkupError: the embed keeps no form.
    """
    seed = _SEED.fullmatch((embed and embed.description) or "")
    made = _FOOTER.fullmatch((embed and embed.footer.text) or "")
    shown = {field.name: field.value or "" for field in embed.fields} if embed else {}
    if not (seed and made and {FIELDS["top_n"], FIELDS["length"]} <= shown.keys()):
        raise MarkupError("that is no form which was not sent")
    numbers = {name: shown[FIELDS[name]].removeprefix(GUARD).removesuffix(GUARD) for name in ("top_n", "length")}
    return EditForm(
        seed=seed[1],
        **numbers,
        model=made["model"],
        count=int(made["count"]),
        private=made["audience"] == "private",
    )
