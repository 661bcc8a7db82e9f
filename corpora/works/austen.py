"""Read the novels of Jane Austen, a paragraph a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import paragraphs
from corpora.prose_text import paragraph_items
from corpora.r_data import read_r_strings
from corpora.source import Origin, Source


def parse_austen(path: Path) -> Iterator[str]:
    """Yield the six novels in `path`, the `.rdb` of the R package's data: each is a vector of printed lines."""
    for lines in read_r_strings(path):
        for paragraph in paragraphs("\n".join(lines)):
            yield from paragraph_items(paragraph)


# The package's own work is under the MIT licence; no more than the novels is taken.
AUSTEN = Source(
    name="Novels of Jane Austen",
    origin=Origin.APT,
    package="r-cran-janeaustenr",
    path="usr/lib/R/site-library/janeaustenr/data/Rdata.rdb",
    licence="public domain (1811-1817)",
    parse=parse_austen,
)
