"""Get on with what Discord sends and discord.py cannot read: one log line, and no interaction stays unanswered.

discord.py reads each event by one of its `parsers`, and what a parser raises ends the whole client: a channel without a
name, in one server, would stop the bot for all. That table is the one place which every event passes and which can be
changed from outside, so the guards stand there.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any, cast

import discord
from discord.state import ConnectionState

from bot.chat.readable_json import make_readable

log = logging.getLogger(__name__)

INTERACTION, MESSAGE, READY = "INTERACTION_CREATE", "MESSAGE_CREATE", "READY"
UNREADABLE = "Discord sent me this in a way that I cannot read. Please try again, or use /generate."

Payload = dict[str, Any]
State = ConnectionState[Any]
"""Of which discord.py's objects are made."""
Parse = Callable[[Any], None]
Refuse = Callable[[discord.Interaction, str], None]
"""Tells why it is refused to the person behind an interaction of which nothing is known but how to answer it."""

_KINDS = [kind.value for kind in discord.InteractionType]
_NOBODY: Payload = {"id": "0", "username": "unknown", "discriminator": "0", "avatar": None}
_BARE_MESSAGE: Payload = {
    "type": 0, "content": "", "author": _NOBODY, "edited_timestamp": None,
    "attachments": [], "embeds": [], "components": [], "mentions": [], "mention_roles": [],
}  # fmt: skip
"""What a message has at least."""
_BARE_INTERACTION: Payload = {"version": 1, "attachment_size_limit": 10 * 1024 * 1024}
"""What an interaction has at least, besides what it takes to answer it."""


def note_unreadable(event: str, error: Exception) -> None:
    """Log that an event cannot be read, without anything of its content."""
    log.warning("Discord sent something that cannot be read: %s (%s)", event, type(error).__name__)


def guard_parsers(parsers: MutableMapping[str, Parse], state: State, refuse: Refuse) -> InteractionReader:
    """Put a guard around each of discord.py's parsers, and return that of interactions.

    Args:
        parsers: by the names of the events that they read; changed in place.
        state: discord.py's state of the connection.
        refuse: refuses an interaction that cannot be read.
    """
    read_interaction = InteractionReader(parsers[INTERACTION], state, refuse)
    parsers[MESSAGE] = partial(_parse_message, parsers[MESSAGE])
    read_ready = partial(_parse_ready, parsers[READY], state)
    for event, parse in list(parsers.items()):
        parsers[event] = partial(_parse, event, parse)
    parsers[INTERACTION], parsers[READY] = read_interaction, read_ready
    return read_interaction


def _parse(event: str, parse: Parse, data: Payload) -> None:
    """Read an event, or do without it."""
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other events go on
        note_unreadable(event, error)


def _parse_message(parse: Parse, data: Payload) -> None:
    """Read a message, whatever discord.py wants of it that the bot does not.

    Raises:
        Exception: it cannot be read all the same.
    """
    make_readable(data)
    parse(data)


def _parse_ready(parse: Parse, state: State, data: Payload) -> None:
    """Read the event that begins a session; if that fails, begin it with what is known already."""
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - as above
        note_unreadable(READY, error)
        shard = data["shard"] if isinstance(data.get("shard"), list) else [0, 1]
        me = _NOBODY | ({"id": str(state.user.id), "username": state.user.name} if state.user else {})
        _parse(READY, parse, {"shard": shard, "user": me, "guilds": []})


class InteractionReader:
    """Reads interactions by discord.py's parser, without the parts that cannot be read; answers those that remain.

    Args:
        parse: discord.py's parser.
        state: discord.py's state of the connection.
        refuse: refuses an interaction that cannot be read.
    """

    def __init__(self, parse: Parse, state: State, refuse: Refuse) -> None:
        self._parse = parse
        self._state = state
        self._refuse = refuse

    def __call__(self, data: Payload) -> None:
        """Hand an interaction on, or refuse it; one that has no id or token is beyond that. Raises nothing."""
        try:
            self._parse(self._readable(data))
        except Exception as error:  # noqa: BLE001 - as above
            note_unreadable(INTERACTION, error)
            self.refuse(data, UNREADABLE)

    def refuse(self, data: Payload, reason: str) -> None:
        """Refuse an interaction without reading more of it than is needed to answer. Raises nothing."""
        _parse(INTERACTION, lambda data: self._answer(data, reason), data)

    def _answer(self, data: Payload, reason: str) -> None:
        """Refuse an interaction.

        Raises:
            Exception: it cannot be answered.
        """
        kind = data.get("type") if data.get("type") in _KINDS else discord.InteractionType.application_command.value
        head = {"id": data["id"], "token": data["token"], "type": kind, "application_id": self._state.application_id}
        self._refuse(self._make(_BARE_INTERACTION | head), reason)

    def _readable(self, data: Payload) -> Payload:
        """Return an interaction without the parts that cannot be read.

        Raises:
            Exception: what is left is none, or nobody acted.
        """
        if data["type"] not in _KINDS:
            raise ValueError("a kind of interaction that is not known")
        data = self._with_readable_messages(data)
        bare = _BARE_INTERACTION | {key: data[key] for key in ("id", "token", "type", "application_id")}
        # The server comes first: how other parts are read depends on whether there is one.
        parts = {key: data[key] for key in sorted(data, key=lambda key: key != "guild_id")}
        readable = _keep_readable(INTERACTION, parts, bare, self._make)
        _ = self._make(readable).user.id  # discord.py leaves out a person who cannot be read
        return readable

    def _make(self, payload: Payload) -> discord.Interaction:
        return discord.Interaction(data=cast("Any", payload), state=self._state)

    def _with_readable_messages(self, data: Payload) -> Payload:
        """Return an interaction whose messages can be read: that of a button, or the one that a menu was opened on."""
        inner = data.get("data")
        resolved = inner.get("resolved") if isinstance(inner, dict) else None
        menu = resolved.get("messages") if isinstance(resolved, dict) else None
        if isinstance(inner, dict) and isinstance(resolved, dict) and isinstance(menu, dict):
            for message in menu.values():
                with contextlib.suppress(Exception):  # what this cannot mend is looked at part by part
                    make_readable(message)
            messages = {key: self._readable_message(message, key, data) for key, message in menu.items()}
            data = data | {"data": inner | {"resolved": resolved | {"messages": messages}}}
        if "message" in data:
            data = data | {"message": self._readable_message(data["message"], "0", data)}
        return data

    def _readable_message(self, message: Payload, message_id: str, interaction: Payload) -> Payload:
        """Return a message without the parts that cannot be read, or that the bot could not use.

        Raises:
            Exception: it is no message.
        """
        guild_id = int(interaction["guild_id"]) if str(interaction.get("guild_id")).isdecimal() else None
        channel = discord.PartialMessageable(state=self._state, guild_id=guild_id, id=0)
        bare = _BARE_MESSAGE | {"id": message_id, "channel_id": interaction.get("channel_id") or "0"}

        def read(payload: Payload) -> None:
            made = discord.Message(state=self._state, channel=channel, data=cast("Any", payload))
            # discord.py leaves some parts out where it cannot read them, and finds out about others only later.
            _ = made.author.id, made.components, made.clean_content, made.flags.ephemeral, int(payload["channel_id"])

        return _keep_readable("a message", message, bare, read)


def _keep_readable(name: str, whole: Payload, bare: Payload, read: Callable[[Payload], object]) -> Payload:
    """Return what can be read of a payload: all of it, or each part, and each element of a list, for itself.

    Args:
        name: what it is, for the log.
        whole: the payload.
        bare: what it has at least.
        read: reads a payload; raises where it cannot.
    """
    try:
        read(bare | whole)
    except Exception as error:  # noqa: BLE001 - as above
        note_unreadable(f"a part of {name}", error)
    else:
        return bare | whole
    kept = bare.copy()
    for key, value in whole.items():
        parts = [part for part in value if _can(read, kept | {key: [part]})] if isinstance(value, list) else []
        for candidate in (value, parts):
            if _can(read, kept | {key: candidate}):
                kept[key] = candidate
                break
    return kept


def _can(read: Callable[[Payload], object], payload: Payload) -> bool:
    try:
        read(payload)
    except Exception:  # noqa: BLE001 - as above
        return False
    return True
