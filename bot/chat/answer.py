"""Say what asking and answering have in common, whether an interaction or a message asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import discord

from bot.chat.components import Button, Layout, Rendered

Defer = Callable[[], Awaitable[None]]
"""Acknowledges what is asked, for work that may take longer than Discord waits."""


class Asking(Protocol):
    """What asks for a text: who, and where. A discord.py interaction is one."""

    @property
    def id(self) -> int:
        """The id of the interaction or the message."""

    @property
    def user(self) -> discord.User | discord.Member:
        """Who asks."""

    @property
    def guild_id(self) -> int | None:
        """The server in which they ask; None in direct messages."""

    @property
    def channel(self) -> object:
        """The channel in which they ask, as far as it is known."""


class Answer(Protocol):
    """What answers it: at first that it is under way, then with a text, or with why there is none.

    Each of its coroutines raises discord.HTTPException where Discord does not do what it asks for.
    """

    @property
    def asking(self) -> Asking:
        """What it answers."""

    async def defer(self, *, private: bool) -> None:
        """Show that the text is under way, where it can be to the person who asked alone; once is enough."""

    async def show_progress(self, text: str, cancel: Button) -> None:
        """Show a line about how far the text is, with a button under it, in place of the one before."""

    async def finish(self, message: Rendered | Layout) -> None:
        """Answer with a message, in place of what was shown before."""

    async def refuse(self, text: str) -> None:
        """Say why there is no message."""
