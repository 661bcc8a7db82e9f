"""Hold what a message is sent with: its buttons, whose ids carry what a press needs, its file, its layout.

Nothing about a text is stored: a button's id and its message hold all that a press needs, so it works after a restart
and years later. The ids have a version, so that those of another version are recognised as such.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import discord

PREFIX = "charla:"
"""The beginning of the ids of all versions."""
VERSION = 1
FILE_NAME = "charla.txt"
"""The file with a text that the message cannot hold."""


class Action(StrEnum):
    """What a button does."""

    AGAIN = "again"
    CONTINUE = "continue"
    EDIT = "edit"
    DELETE = "delete"
    CANCEL = "cancel"
    COMPARE = "compare"
    """Again, under a comparison."""
    PICK = "pick"
    """Continue, beside one text of a comparison."""


_TEXT = ("seed_length", "length", "count")
_CARRIED: dict[Action, tuple[str, ...]] = {
    Action.AGAIN: _TEXT,
    Action.CONTINUE: _TEXT,
    Action.EDIT: _TEXT,
    Action.DELETE: ("owner",),
    Action.CANCEL: ("owner",),
    Action.COMPARE: ("seed_length", "length"),
    Action.PICK: ("seed_length", "length", "top_n"),
}
"""The numbers that an id carries after its action, in their order."""
_NUMBERS = {
    "seed_length": re.compile("[0-9]{1,4}"),
    "length": re.compile("[0-9]{1,4}"),
    "count": re.compile("[1-9][0-9]?"),
    "top_n": re.compile("[1-9][0-9]{0,3}"),
    "owner": re.compile("[0-9]{1,20}"),
}
_ID = re.compile(rf"{PREFIX}{VERSION}:(?P<action>{'|'.join(Action)})(?P<numbers>(?::[0-9]+)*)(?P<cut>:cut)?")

_LABELS = {Action.COMPARE: "Again", Action.PICK: "Continue"}
"""Of the actions that are not labelled by their own names."""
_STYLES = {
    Action.AGAIN: discord.ButtonStyle.primary,
    Action.COMPARE: discord.ButtonStyle.primary,
    Action.DELETE: discord.ButtonStyle.danger,
    Action.CANCEL: discord.ButtonStyle.danger,
}


@dataclass(frozen=True, slots=True)
class Button:
    """A button, or the form behind *Edit*, which has the id of its button.

    Attributes:
        action: what it does.
        seed_length: characters of the seed that the message begins with; 0 where the button writes nothing, and under
            a form that was not sent, whose message says everything itself.
        length: how many characters to write at most, as it was asked for; 0 where that was left out, and the text is
            one item.
        count: how many completions the message holds.
        top_n: for *Continue* beside a text of a comparison, the top-n at which that was written.
        cut: whether the text is an item that stopped at its length, before its end.
        owner: for *Delete*, the id of the user who may delete the message; for *Cancel*, the id of the interaction
            or the message whose request it cancels.
    """

    action: Action
    seed_length: int = 0
    length: int = 0
    count: int = 0
    top_n: int = 0
    cut: bool = False
    owner: int = 0

    @property
    def custom_id(self) -> str:
        """The id that carries all of it, at most 100 characters."""
        is_unsent = self.action is Action.EDIT and not self.count
        carried = [] if is_unsent else [str(getattr(self, name)) for name in _CARRIED[self.action]]
        return ":".join([f"{PREFIX}{VERSION}", self.action, *carried, *(["cut"] if self.cut else [])])

    @classmethod
    def parse(cls, custom_id: str) -> Button | None:
        """Return the button that an id stands for, or None where it is no id of this version."""
        found = _ID.fullmatch(custom_id)
        if found is None:
            return None
        action, numbers = Action(found["action"]), found["numbers"].split(":")[1:]
        if action is Action.EDIT and not numbers:
            return cls(action)
        names = _CARRIED[action]
        pairs = list(zip(names, numbers, strict=False))
        if len(names) != len(numbers) or not all(_NUMBERS[name].fullmatch(number) for name, number in pairs):
            return None
        if found["cut"] and names is not _TEXT:
            return None
        return cls(action, cut=bool(found["cut"]), **{name: int(number) for name, number in pairs})


def buttons_under_text(
    seed_length: int, length: int, count: int, requester: int, *, cut: bool = False
) -> tuple[Button, ...]:
    """Return the buttons under a text; *Continue* is missing where there are several texts."""
    actions = [Action.AGAIN, *([Action.CONTINUE] if count == 1 else []), Action.EDIT]
    writing = (Button(action, seed_length, length, count, cut=cut) for action in actions)
    return (*writing, Button(Action.DELETE, owner=requester))


def make_button(button: Button) -> discord.ui.Button[Any]:
    """Return a button, ready for discord.py to send."""
    return discord.ui.Button(
        label=_LABELS.get(button.action, button.action.capitalize()),
        style=_STYLES.get(button.action, discord.ButtonStyle.secondary),
        custom_id=button.custom_id,
    )


def make_view(buttons: Iterable[Button]) -> discord.ui.View:
    """Return the buttons in a row, ready for discord.py to send."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(make_button(button))
    view.stop()  # discord.py need not keep the view: a press is understood by its id alone
    return view


def walk(components: Iterable[discord.Component]) -> Iterator[discord.Component]:
    """Yield the components of a message that was received, those inside others too."""
    for part in components:
        yield part
        if isinstance(part, discord.ActionRow | discord.Container | discord.SectionComponent):
            yield from walk(part.children)
        if isinstance(part, discord.SectionComponent):
            yield part.accessory


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message that is ready to be sent.

    Attributes:
        embed: what is shown.
        text: the whole text, which goes along as a file where the embed cannot hold it.
        buttons: the buttons under it.
    """

    embed: discord.Embed
    text: str | None = None
    buttons: tuple[Button, ...] = ()

    def files(self) -> list[discord.File]:
        """Return the files to attach, new ones at every call: discord.py uses a file up when it sends it."""
        return [] if self.text is None else [discord.File(io.BytesIO(self.text.encode()), FILE_NAME)]

    def view(self) -> discord.ui.View:
        """Return the buttons, ready to be sent."""
        return make_view(self.buttons)


@dataclass(frozen=True, slots=True)
class Layout:
    """A message that is made of components alone (Discord's second version of them), ready to be sent.

    Such a message can have neither embeds nor files of the kind that `Rendered` has.
    """

    container: discord.ui.Container[Any]
    embed: ClassVar[None] = None

    def files(self) -> list[discord.File]:
        """Return no files."""
        return []

    def view(self) -> discord.ui.LayoutView:
        """Return the components, ready to be sent."""
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(self.container)
        view.stop()  # as above
        return view
