"""Find out whom a message mentions, and whom of them its sender allowed it to.

Source: https://docs.discord.com/developers/resources/message (allowed mentions object)
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from playground.wire.component_rules import texts
from playground.wire.records import Message, User

USER_MENTION = re.compile(r"<@!?(\d+)>")
_CODE = re.compile(r"```.+?```|(`+).+?(?<!`)\1(?!`)", re.DOTALL)
"""In which nobody is mentioned."""
_EVERYONE = re.compile(r"@(everyone|here)\b")


def mentioned(message: Message, people: Iterable[User]) -> list[User]:
    """Return the people whom a message mentions and may mention, each once, in the order of their names in it."""
    known = {person.id: person for person in people}
    named = dict.fromkeys(int(number) for number in USER_MENTION.findall(_text(message)))
    return [known[number] for number in named if number in known and _allows_user(message, number)]


def mentions_everyone(message: Message) -> bool:
    """Return whether a message is for everybody, and may be."""
    return _allows(message, "everyone") and _EVERYONE.search(_text(message)) is not None


def _text(message: Message) -> str:
    """Return all of a message that can mention people: its content, and the texts of its components."""
    return _CODE.sub("", "\n".join([message.content, *texts(message.components)]))


def _allows(message: Message, kind: str) -> bool:
    allowed = message.allowed_mentions
    return allowed is None or kind in (allowed.get("parse") or [])


def _allows_user(message: Message, number: int) -> bool:
    listed = (message.allowed_mentions or {}).get("users") or []
    return _allows(message, "users") or str(number) in map(str, listed)
