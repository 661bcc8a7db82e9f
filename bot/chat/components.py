"""Hold what a message is sent with: its buttons, whose ids carry what a press needs, and its file.

Nothing about a text is stored: a button's id and its message hold all that a press needs, so it works after a restart
and years later. The ids have a version, so that those of another version are recognised as such.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import discord

PREFIX = "charla:"
"""The beginning of the ids of all versions."""
VERSION = 1
FILE_NAME = "charla.txt"
"""The file with a text that the message cannot hold."""
_ID = re.compile(
    rf"""
      {PREFIX}{VERSION}:
      (?: (?P<writes>again|continue|edit) : (?P<seed>[0-9]{{1,4}}) : (?P<length>[0-9]{{1,4}}) : (?P<count>[1-9][0-9]?)
        | (?P<ends>delete|cancel) : (?P<owner>[0-9]{{1,20}})
        | (?P<unsent>edit)
      )
    """,
    re.VERBOSE,
)


class Action(StrEnum):
    """What a button does."""

    AGAIN = "again"
    CONTINUE = "continue"
    EDIT = "edit"
    DELETE = "delete"
    CANCEL = "cancel"


_STYLES = {
    Action.AGAIN: discord.ButtonStyle.primary,
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
        owner: for *Delete*, the id of the user who may delete the message; for *Cancel*, the id of the interaction
            or the message whose request it cancels.
    """

    action: Action
    seed_length: int = 0
    length: int = 0
    count: int = 0
    owner: int = 0

    @property
    def custom_id(self) -> str:
        """The id that carries all of it, at most 100 characters."""
        carried = ""
        if self.count:
            carried = f":{self.seed_length}:{self.length}:{self.count}"
        elif self.action in {Action.DELETE, Action.CANCEL}:
            carried = f":{self.owner}"
        return f"{PREFIX}{VERSION}:{self.action}{carried}"

    @classmethod
    def parse(cls, custom_id: str) -> Button | None:
        """Return the button that an id stands for, or None where it is no id of this version."""
        found = _ID.fullmatch(custom_id)
        if found is None:
            return None
        if found["unsent"]:
            return cls(Action.EDIT)
        if found["ends"]:
            return cls(Action(found["ends"]), owner=int(found["owner"]))
        seed_length, length, count = (int(found[key]) for key in ("seed", "length", "count"))
        return cls(Action(found["writes"]), seed_length, length, count)


def buttons_under_text(seed_length: int, length: int, count: int, requester: int) -> tuple[Button, ...]:
    """Return the buttons under a text; *Continue* is missing where there are several texts."""
    actions = [Action.AGAIN, *([Action.CONTINUE] if count == 1 else []), Action.EDIT]
    writing = (Button(action, seed_length, length, count) for action in actions)
    return (*writing, Button(Action.DELETE, owner=requester))


def make_view(buttons: Iterable[Button]) -> discord.ui.View:
    """Return the buttons in a row, ready for discord.py to send."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        style = _STYLES.get(button.action, discord.ButtonStyle.secondary)
        item = discord.ui.Button[Any](label=button.action.capitalize(), style=style, custom_id=button.custom_id)
        view.add_item(item)
    view.stop()  # discord.py need not keep the view: a press is understood by its id alone
    return view


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
