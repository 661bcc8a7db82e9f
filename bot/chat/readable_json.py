"""Make a message's JSON such that discord.py can read it: it raises where Discord's API says less than it expects.

A poll may have no end, a forwarded message no date of its last edit, and kinds of parts are added that a library does
not know yet. What the bot does not read is left out, and what it reads gets the keys that discord.py wants.

Source: https://docs.discord.com/developers/resources/message#message-object
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_UNREAD = (
    "activity", "application", "call", "interaction", "interaction_metadata", "purchase_notification", "reactions",
    "resolved", "role_subscription_data", "shared_client_theme", "sticker_items", "thread",
)  # fmt: skip
_ROW, _BUTTON, _SECTION, _TEXT, _CONTAINER = 1, 2, 9, 10, 17
_ORDINARY_REFERENCE = 0
_NOBODY: Json = {"id": "0", "username": "", "discriminator": "0", "avatar": None}
_LONG_AGO = "2015-01-01T00:00:00+00:00"


def make_readable(message: Json) -> None:
    """Change a message's JSON, in place, to what discord.py can read of it."""
    _mend(message)
    if not message.get("author"):
        message["author"] = dict(_NOBODY)
    if message.get("poll"):
        message["poll"] = _poll(message["poll"])
    reference = message.get("message_reference")
    if reference and reference.get("type", _ORDINARY_REFERENCE) != _ORDINARY_REFERENCE:
        del message["message_reference"]
    if message.get("referenced_message"):
        make_readable(message["referenced_message"])
    snapshots = [entry["message"] for entry in message.get("message_snapshots") or () if entry.get("message")]
    for snapshot in snapshots:
        _mend(snapshot)
        # discord.py passes over whom a forwarded message mentions.
        message["mentions"] = [*(message.get("mentions") or ()), *snapshot.get("mentions", ())]
    message["message_snapshots"] = [{"message": snapshot} for snapshot in snapshots]


def _mend(part: Json) -> None:
    """Give a message, or one that is forwarded, the keys that are expected of it, and take those that nobody reads."""
    for key in _UNREAD:
        part.pop(key, None)
    defaults = {"type": 0, "content": "", "timestamp": _LONG_AGO, "edited_timestamp": None, "flags": 0}
    for key, value in defaults.items():
        part.setdefault(key, value)
    part["embeds"] = list(part.get("embeds") or ())
    part["attachments"] = [_attachment(file) for file in part.get("attachments") or ()]
    part["components"] = list(_components(part))


def _attachment(file: Mapping[str, Any]) -> Json:
    return {"id": "0", "proxy_url": file.get("url", ""), "size": 0, "filename": "", "url": "", **file}


def _poll(poll: Mapping[str, Any]) -> Json:
    """Return a poll of which there is the question."""
    question = poll.get("question") or {}
    return {"question": {"text": question.get("text") or ""}, "answers": [], "expiry": _LONG_AGO}


def _components(part: Mapping[str, Any]) -> Iterator[Json]:
    """Yield the components that have text, and the buttons; a section's texts come without what is beside them."""
    for component in part.get("components") or ():
        kind, inner = component.get("type"), list(_components(component))
        if kind == _SECTION:
            yield from inner
        elif kind in {_ROW, _CONTAINER}:
            yield {**component, "components": inner}
        elif (kind == _TEXT and "content" in component) or (kind == _BUTTON and "style" in component):
            yield component
