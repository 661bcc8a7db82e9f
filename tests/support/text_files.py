"""Write files to learn from as people have them, and read them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InvalidInputError
from bot.training.text_files import ReadingOptions, ReadingReport, read_items


def write(path: Path, text: str | bytes) -> Path:
    """Write a file, and return its path."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def items(path: Path, how: ReadingOptions | None = None) -> list[str]:
    """Read all items of one file."""
    return list(read_items([path], how or ReadingOptions(), ReadingReport()))


def complaint(path: Path, how: ReadingOptions | None = None) -> str:
    """Return what a file is refused with, after its path: one line."""
    with pytest.raises(InvalidInputError) as caught:
        items(path, how)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


def json_lines(*objects: object) -> str:
    """Write objects as JSON Lines."""
    return "".join(f"{json.dumps(each)}\n" for each in objects)


def message(content: str, kind: str = "Default", *, bot: bool = False, mentions: Iterable[str] = ()) -> dict[str, Any]:
    """Make a message as DiscordChatExporter writes it, less what plays no part."""
    author = {"id": "1", "name": "ann", "nickname": "Ann Lee", "isBot": bot, "roles": []}
    users = [{"id": "2", "name": name.lower(), "nickname": name, "isBot": False} for name in mentions]
    return {"id": "9", "type": kind, "content": content, "author": author, "embeds": [], "mentions": users}


def export(*messages: object) -> str:
    """Write an export of DiscordChatExporter as JSON."""
    head = {"guild": {"id": "1", "name": "Cats"}, "channel": {"id": "2", "name": "general"}, "exportedAt": "now"}
    return json.dumps({**head, "messages": messages, "messageCount": len(messages)}, indent=2, ensure_ascii=False)
