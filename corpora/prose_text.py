"""Make items of prose: a paragraph a line, or a few sentences where it is long; and read folders of texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpora.item_text import plain, sentences

LONGEST_PARAGRAPH = 700
"""In characters; longer ones become several items, each of whole sentences."""

_HEADING = re.compile(r"(?:CHAPTER|VOLUME|BOOK|PART|FINIS|THE END|Chapter|Volume)\b.{0,60}|[^a-z]{1,60}")


def list_files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder that match a pattern, sorted.

    Raises:
        ValueError: there is none.
    """
    files = sorted(folder.glob(pattern))
    if not files:
        raise ValueError(f"no {pattern.rpartition('/')[2]} is in it")
    return files


def read_texts(files: Iterable[Path]) -> Iterator[str]:
    """Yield the text of each file.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not UTF-8.
    """
    for file in files:
        try:
            yield file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"{file.name}: {error}") from None


def read_json(files: Iterable[Path]) -> Iterator[Any]:
    """Yield what each file holds as JSON.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not UTF-8, or no JSON.
    """
    for file in files:
        try:
            yield json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{file.name}: {error}") from None


def paragraph_items(paragraph: str) -> Iterator[str]:
    """Yield a paragraph on one line, in pieces of whole sentences where it is long; nothing for a heading."""
    text = plain(paragraph.replace("_", ""))
    if not text or _HEADING.fullmatch(text):
        return
    if len(text) <= LONGEST_PARAGRAPH:
        yield text
    else:
        yield from _pieces(_sentences(text))


def _pieces(parts: Iterable[str]) -> Iterator[str]:
    piece = ""
    for part in parts:
        if piece and len(piece) + 1 + len(part) > LONGEST_PARAGRAPH:
            yield piece
            piece = ""
        # What is too long by itself is left out, but still ends the piece before it.
        if len(part) <= LONGEST_PARAGRAPH:
            piece = f"{piece} {part}".lstrip()
    if piece:
        yield piece


def _sentences(text: str) -> list[str]:
    # Speech between quotes runs on over many sentences: what holds no other end is cut at any.
    found = sentences(text)
    if any(len(sentence) > LONGEST_PARAGRAPH for sentence in found):
        return [part for part in re.split(r"(?<=[.!?;])[\"']? ", text) if part]
    return found
