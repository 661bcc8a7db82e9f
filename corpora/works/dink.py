"""Read what is said in the game Dink Smallwood, a line of talk a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import plain
from corpora.prose_text import list_files
from corpora.source import Origin, Source

_SAID = re.compile(r'\bsay\w*\(\s*"([^"\n]*)"', re.IGNORECASE)
_COLOUR = re.compile(r"`.")
_LEFT_OVER = re.compile(r"[&<>{}|\\^_=*$#]|\.{6}")


def parse_dink(path: Path) -> Iterator[str]:
    """Yield what the scripts in the folder `path` let the figures say, without what the game fills in."""
    for file in list_files(path, "*.[cC]"):
        # The scripts are of 1997, in the encoding of Windows.
        for said in _SAID.findall(file.read_text(encoding="cp1252", errors="replace")):
            item = plain(_COLOUR.sub("", said))
            if " " in item and not _LEFT_OVER.search(item):
                yield item


DINK = Source(
    name="Dink Smallwood",
    origin=Origin.APT,
    package="freedink-data",
    path="usr/share/games/dink/dink/Story",
    licence="zlib licence",
    parse=parse_dink,
    notice="usr/share/doc/freedink-data/copyright",
)
