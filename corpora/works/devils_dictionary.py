"""Read The Devil's Dictionary: its definitions, without the verses that follow many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import entry_item, paragraphs
from corpora.source import Origin, Source

_DEVIL_ENTRY = re.compile(
    r"([A-Z][^a-z,]*(?: or [^a-z,]+|, [A-Z]{2,})?),\s+"
    r"((?:[a-z]+\.\s?)+(?:\s?(?:and|or|&) (?:[a-z]+\.)+)?)\s+(?=\S)"
)


def parse_devil(path: Path) -> Iterator[str]:
    """Yield the Devil's Dictionary's definitions, without the verses that follow many."""
    for entry in read_dictd(path):
        item = devil_item(entry)
        if item:
            yield item


def devil_item(entry: str) -> str:
    """Return one entry's prose up to its first verse; empty if it has none, or is no definition."""
    prose: list[str] = []
    for block in paragraphs(entry):
        if _is_verse(block):
            break
        prose.append(block)
    text = " ".join(" ".join(prose).split()).replace("_", "")
    match = _DEVIL_ENTRY.match(text)
    if not match:
        return ""
    return entry_item(match[1], match[2].split(" ")[0], text[match.end() :])


def _is_verse(block: str) -> bool:
    # A paragraph of prose is at most indented in its first line; a verse or a quotation in all.
    return all(line.startswith("   ") for line in block.split("\n"))


DEVIL = Source(
    name="The Devil's Dictionary",
    origin=Origin.APT,
    package="dict-devil",
    path="usr/share/dictd/devil.dict.dz",
    licence="public domain (1911)",
    parse=parse_devil,
)
