"""Read Randfacts: odd facts, true or not, a sentence a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import ADDRESS, as_sentence
from corpora.prose_text import paragraph_items, read_texts
from corpora.source import Origin, Source

_LEFT_OVER = re.compile(r"[<>{}|\\_=^~#`*\[\]]")


def parse_facts(path: Path) -> Iterator[str]:
    """Yield the lines of the file `path` as sentences."""
    for text in read_texts((path,)):
        for fact in text.splitlines():
            for item in paragraph_items(fact.lstrip(" .,;:-")):
                # A line with half a quotation was cut out of something longer.
                if item.count('"') % 2 == 0 and not _LEFT_OVER.search(item) and not ADDRESS.search(item):
                    yield as_sentence(item)


FACTS = Source(
    name="Randfacts",
    origin=Origin.PYPI,
    package="randfacts==0.24.4",
    path="site-packages/randfacts/safe.txt",
    licence="MIT licence of the collection",
    parse=parse_facts,
    notice="site-packages/randfacts-0.24.4.dist-info/licenses/LICENSE",
)
