"""What the buttons under a reply are called and carry: all they need, in the message and in their own ids.

Nothing about a text is stored: a button works after a restart and years later. The ids have a version, so that those of
another one are recognised as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord

PREFIX = "charla:"
"""What the ids of all versions begin with, and those of nobody else."""
VERSION = 1
ID = re.compile(
    rf"""
      {PREFIX}{VERSION}:
      (?: (?P<writes>again|continue|edit) : (?P<seed>[0-9]{{1,4}}) : (?P<length>[0-9]{{1,4}}) : (?P<count>[0-9]{{1,2}})
        | (?P<ends>delete|cancel) : (?P<whose>[0-9]{{1,20}})
        | (?P<draft>edit)
      )
    """,
    re.VERBOSE,
)
"""Every id of a button or form of this version, and nothing else."""


class Action(StrEnum):
    """What a button does."""

    AGAIN = "again"
    CONTINUE = "continue"
    EDIT = "edit"
    DELETE = "delete"
    CANCEL = "cancel"


STYLES = {
    Action.AGAIN: discord.ButtonStyle.primary,
    Action.DELETE: discord.ButtonStyle.danger,
    Action.CANCEL: discord.ButtonStyle.danger,
}


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was asked for and does not show in the message that answered it.

    Attributes:
        seed: how many characters the seed has.
        length: how many characters to write at the most.
        count: how many completions.
    """

    seed: int
    length: int
    count: int


@dataclass(frozen=True, slots=True)
class Button:
    """A button, or a form.

    Attributes:
        action: what it does.
        unseen: for what writes; for *Edit*, None under a draft, which says all there is to know itself.
        whose: whose message *Delete* deletes, by the user's id; what *Cancel* cancels, by the interaction's.
    """

    action: Action
    unseen: Unseen | None = None
    whose: int = 0

    @property
    def custom_id(self) -> str:
        """The id that carries all of it; 100 characters at the most."""
        made, carried = self.unseen, ""
        if made:
            carried = f":{made.seed}:{made.length}:{made.count}"
        elif self.action in {Action.DELETE, Action.CANCEL}:
            carried = f":{self.whose}"
        return f"{PREFIX}{VERSION}:{self.action}{carried}"

    @classmethod
    def parse(cls, custom_id: str) -> Button | None:
        """Undo `custom_id`; None for what is none of this version."""
        found = ID.fullmatch(custom_id)
        return cls.of(found) if found else None

    @classmethod
    def of(cls, found: re.Match[str]) -> Button:
        """The button of a matching id."""
        if found["draft"]:
            return cls(Action.EDIT)
        if found["writes"]:
            return cls(Action(found["writes"]), Unseen(*(int(found[key]) for key in ("seed", "length", "count"))))
        return cls(Action(found["ends"]), whose=int(found["whose"]))


def under_text(unseen: Unseen, requester: int) -> tuple[Button, ...]:
    """The buttons under a text; only one text can be continued."""
    actions = [Action.AGAIN, *([Action.CONTINUE] if unseen.count == 1 else []), Action.EDIT]
    return (*(Button(action, unseen) for action in actions), Button(Action.DELETE, whose=requester))


def view(buttons: Iterable[Button]) -> discord.ui.View:
    """The buttons in a row, for discord.py to send."""
    made = discord.ui.View(timeout=None)
    for button in buttons:
        made.add_item(as_item(button))
    made.stop()  # discord.py shall not keep it: a press is understood by its id alone
    return made


def as_item(button: Button) -> discord.ui.Button[Any]:
    """The button as discord.py has it."""
    style = STYLES.get(button.action, discord.ButtonStyle.secondary)
    return discord.ui.Button(label=button.action.capitalize(), style=style, custom_id=button.custom_id)
