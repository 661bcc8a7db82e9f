"""Read collections of sayings: the BOFH excuses, the fortunes, the epigrams of tfortunes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from corpora.item_text import ADDRESS, LONGEST_ITEM, as_sentence, entry_item, plain
from corpora.source import Origin, Source

_SEPARATOR = re.compile(r"^%$", re.MULTILINE)
"""What stands between the sayings of a file of `fortune`."""


def parse_excuses(path: Path) -> Iterator[str]:
    """Yield the BOFH excuses, each as a sentence."""
    for saying in _SEPARATOR.split(path.read_text(encoding="utf-8")):
        text = plain(re.sub(r"^\s*BOFH excuse #\d+:", "", saying))
        if text:
            yield as_sentence(text)


FORTUNE_FILES = (
    *("computers", "cookie", "debian", "definitions", "disclaimer", "education", "food", "fortunes", "goedel"),
    *("humorists", "kids", "law", "linuxcookie", "literature", "magic", "medicine", "miscellaneous", "news"),
    *("paradoxum", "people", "pets", "platitudes", "science", "sports", "wisdom", "work"),
)
"""Those that are taken of the fortunes: sayings for everyone, none of verse, of chat, of one living author's."""
_DEFINITION = re.compile(r"(?P<headword>[^\n:]{2,40}?)(?:, (?P<part>[a-z]{1,4}\.))?:\n\t(?P<text>.*)", re.DOTALL)
_QUOTED_BOOK = re.compile(r"Devil's|Bierce|BOFH|Jargon", re.IGNORECASE)
"""Books that have entries or sayings of their own in `lexicon`, which is measured by some of them."""


def parse_fortunes(path: Path) -> Iterator[str]:
    """Yield the fortunes that are sayings, without the names behind them."""
    return filter(None, (saying_item(fortune) for fortune in _fortunes(path) if not _DEFINITION.fullmatch(fortune)))


def parse_definitions(path: Path) -> Iterator[str]:
    """Yield the fortunes that define something, in the form of all dictionaries."""
    return filter(None, map(definition_item, _fortunes(path)))


def _fortunes(folder: Path) -> Iterator[str]:
    for name in FORTUNE_FILES:
        for fortune in _SEPARATOR.split((folder / name).read_text(encoding="utf-8")):
            if not _QUOTED_BOOK.search(fortune):
                yield _ATTRIBUTION.sub("", fortune.strip("\n"))


def definition_item(fortune: str) -> str:
    """Return a fortune that has a headword and a text below it, as an entry; empty for any other."""
    match = _DEFINITION.fullmatch(fortune)
    if not match:
        return ""
    text = " ".join(match["text"].split())
    return entry_item(match["headword"], match["part"] or "n.", text) if _is_prose(text) else ""


def saying_item(text: str) -> str:
    """Return a saying as an item; empty for verse, dialogue, and what its lines' breaks are needed for."""
    item = plain(re.sub(r"[_*]", "", text))
    fits = item and len(item) < LONGEST_ITEM and _is_prose(item) and not _is_set_by_line(text)
    return as_sentence(item) if fits else ""


_TAGS = re.compile(r"^---- .*$", re.MULTILINE)
_ATTRIBUTION = re.compile(r"(?:^|\s+)(?:--|[–—]-?)\s*[^\s-][^\n]*\s*\Z")


def parse_epigrams(path: Path) -> Iterator[str]:
    """Yield the tfortunes epigrams without their tags, and without the names behind them.

    A model that had learned the names would put them under sayings that it made up itself.
    """
    for saying in _TAGS.split(path.read_text(encoding="utf-8")):
        item = saying_item(_ATTRIBUTION.sub("", saying.strip("\n")))
        if item:
            yield item


def _is_prose(item: str) -> bool:
    return not re.search(r"[<>{}|]|--", item) and not ADDRESS.search(item)


def _is_set_by_line(text: str) -> bool:
    """Return whether its line breaks carry meaning (verse, dialogue, code), so that one line would spoil it."""
    lines = text.split("\n")
    return any(line.startswith((">", "\t", "    ")) for line in lines) or any(
        len(line) < 50 and not line.rstrip().endswith((".", "!", "?")) for line in lines[:-1]
    )


EXCUSES = Source(
    name="BOFH excuses",
    origin=Origin.APT,
    package="fortunes-bofh-excuses",
    path="usr/share/games/fortunes/bofh-excuses",
    licence="public domain",
    parse=parse_excuses,
)
EPIGRAMS = Source(
    name="tfortunes epigrams",
    origin=Origin.APT,
    package="tfortunes",
    path="usr/share/games/tfortunes/epigrams/en.tfortunes",
    licence="believed public domain",
    parse=parse_epigrams,
)
DEFINITIONS = Source(
    name="Definitions among the fortunes",
    origin=Origin.APT,
    package="fortunes fortunes-min",
    path="usr/share/games/fortunes",
    licence="BSD licence of the collection",
    parse=parse_definitions,
    notice="usr/share/doc/fortunes/copyright",
)
FORTUNES = replace(DEFINITIONS, name="Other fortunes", parse=parse_fortunes)
