"""Read the English texts of the game FreeOrion: species, buildings, techniques and the help on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import ADDRESS, is_whole
from corpora.prose_text import paragraph_items
from corpora.source import Origin, Source

SHORTEST_TEXT = 60
"""In characters; shorter ones are labels."""

_ENTRY = re.compile(r"^([A-Z][A-Z0-9_]+)\n(?:'''(.*?)'''|([^\n]*))$", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"</?[a-z][^<>]*>")
_LEFT_OVER = re.compile(r"[\[\]<>{}|\\_=^~#`*]|%\w|--\w|\+\d|:$")


def parse_freeorion(path: Path) -> Iterator[str]:
    """Yield the texts of a table of the game's strings, a key a line and its text in the lines below it.

    Raises:
        ValueError: the file holds no such entry.
    """
    entries = _ENTRY.findall(path.read_text(encoding="utf-8"))
    if not entries:
        raise ValueError("it holds no text under a key")
    for key, long_text, text in entries:
        # How to start the program from a command line is no talk of the game.
        if not key.startswith("OPTIONS_DB"):
            yield from freeorion_items(long_text or text)


def freeorion_items(text: str) -> Iterator[str]:
    """Yield a text's paragraphs, without those that refer to other entries or to numbers of the running game."""
    for paragraph in _TAG.sub("", text).split("\n"):
        for item in paragraph_items(paragraph):
            whole = len(item) >= SHORTEST_TEXT and is_whole(item)
            if whole and not _LEFT_OVER.search(item) and not ADDRESS.search(item):
                yield item


FREEORION = Source(
    name="FreeOrion",
    origin=Origin.APT,
    package="freeorion-data",
    path="usr/share/games/freeorion/default/stringtables/en.txt",
    licence="CC BY-SA 3.0",
    parse=parse_freeorion,
    notice="usr/share/doc/freeorion-data/copyright",
)
