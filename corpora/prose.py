"""Plain prose as items: novels and speeches, a paragraph or a few sentences a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpora.item_text import paragraphs, plain, sentences
from corpora.rdata import read_r_strings

LONGEST_PARAGRAPH = 700
"""In characters; longer ones become several items, each of whole sentences."""

_HEADING = re.compile(r"(?:CHAPTER|VOLUME|BOOK|PART|FINIS|THE END|Chapter|Volume)\b.{0,60}|[^a-z]{1,60}")


_REACTION = re.compile(r"\((?:Applause|Laughter)[^)]*\)")


def parse_austen(path: Path) -> Iterator[str]:
    """Yield the six novels in `path`, the `.rdb` of the R package's data: each is a vector of printed lines."""
    for lines in read_r_strings(path):
        for paragraph in paragraphs("\n".join(lines)):
            yield from paragraph_items(paragraph)


def parse_moby_dick(path: Path) -> Iterator[str]:
    """Yield the novel's chapters, a file each in the folder `path`; the extracts before them are by other people."""
    for text in _texts([*_files(path, "chapter_*.txt"), path / "epilogue.txt"]):
        for paragraph in paragraphs(text):
            yield from paragraph_items(paragraph)


def parse_speeches(path: Path) -> Iterator[str]:
    """Yield the State of the Union addresses, a file each in the folder `path`, a paragraph a line."""
    for text in _texts(_files(path, "*.txt")):
        for paragraph in text.split("\n"):
            yield from paragraph_items(_REACTION.sub("", paragraph))


def _files(folder: Path, pattern: str) -> list[Path]:
    files = sorted(folder.glob(pattern))
    if not files:
        raise ValueError(f"no {pattern} is in it")
    return files


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        try:
            yield file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
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
