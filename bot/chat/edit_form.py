"""Show the form behind *Edit*, and keep what was typed into it in an ephemeral message where no text comes of it.

Nothing else keeps what was typed: form and message are made of an `EditForm`, and read back, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.chat.ask import Ask, parse_number
from bot.chat.components import Action, Button, Rendered
from bot.chat.markup import GUARD, MarkupError, units, well_formed
from bot.chat.policy import Policy
from bot.chat.read_message import UNREADABLE, ask_again
from bot.chat.render import COLOUR, EMBED_LIMIT
from bot.chat.suggestions import CHOICE_LIMIT, LEFT_OUT, model_options, top_n_options
from bot.errors import RefusalError
from bot.limits import MAX_SEED, MAX_TYPED_DIGITS

FIELDS = {"seed": "Seed", "model": "Model", "top_n": "Top-n", "length": "Length", "private": "Private"}
"""The labels of the form's fields, of which Discord allows five, by their ids: attributes of an `EditForm`."""
_DESCRIPTIONS = {
    "model": "Who writes",
    "top_n": "How many of the likeliest characters to choose from, each time",
    "length": "How many characters to write at most; may be left empty",
    "private": "Only you see the answer",
}
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
        model: the name of the model that is to write; empty where the form's message is gone, and the form can only
            be copied from the message that keeps it.
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

    def filled_in(self, typed: Mapping[str, Any]) -> EditForm:
        """Return the form as it was sent, with what was typed and chosen; of a long name a select has the beginning."""
        kept = {"model": self.model} if typed.get("model") == self.model[:CHOICE_LIMIT] else {}
        return replace(self, **{**typed, **kept})

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

    def to_modal(self, custom_id: str, policy: Policy) -> discord.ui.Modal:
        """Return the form for Discord to show, with the choices that `policy` leaves."""
        components: dict[str, discord.ui.Item[Any]] = {
            "seed": self._text_input("seed", discord.TextStyle.paragraph, MAX_FIELD),
            "model": discord.ui.Select(custom_id="model", options=model_options(policy, self.model)),
            "top_n": discord.ui.Select(custom_id="top_n", options=top_n_options(policy, self.top_n)),
            "length": self._text_input("length", discord.TextStyle.short, MAX_TYPED_DIGITS),
            "private": discord.ui.Checkbox(custom_id="private", default=self.private),
        }
        modal = discord.ui.Modal(title="Edit", custom_id=custom_id)
        for name, label in FIELDS.items():
            described = discord.ui.Label[Any](
                text=label, description=_DESCRIPTIONS.get(name), component=components[name]
            )
            modal.add_item(described)
        modal.stop()  # discord.py need not keep it: it is understood by its id alone, after a restart too
        return modal

    def _text_input(self, name: str, style: discord.TextStyle, limit: int) -> discord.ui.TextInput[Any]:
        typed = str(getattr(self, name))[:limit]
        return discord.ui.TextInput(
            custom_id=name, style=style, default=typed, max_length=limit, required=name == "seed"
        )


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


def typed_fields(components: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a submitted form holds, by the ids of its fields.

    Forms of earlier versions have fewer fields, and top-n is typed in them.
    """
    values: dict[str, Any] = {}
    for part in components:
        if part.get("custom_id") in FIELDS:
            values[part["custom_id"]] = _value(part)
        values |= typed_fields([*part.get("components", ()), *([part["component"]] if "component" in part else ())])
    return values


def _value(part: Mapping[str, Any]) -> str | bool:
    """Return what a field holds: of a select the chosen value, of a checkbox whether it is ticked."""
    if part["custom_id"] == "private":
        return part.get("value") is True
    if "values" not in part:
        return str(part.get("value") or "")
    chosen = str(next(iter(part["values"] or ()), ""))[:CHOICE_LIMIT]
    return "" if chosen == LEFT_OUT else chosen


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
        embed.set_footer(text=f"{well_formed(form.model)} · {form.count} {texts} · {audience}")
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
