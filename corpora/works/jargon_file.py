"""Read the Jargon File: its entries in the dictionaries' form, and the paragraphs of its chapters."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import LABELS, entry_item, paragraphs, plain, shorten
from corpora.source import Origin, Source

_SPOKEN = re.compile(r"/[^/]*/,?")
_PART = re.compile(
    r"(pl\.\s?n|n|adj|adv|vt|vi|v|interj|pref|suff|infix|prov|imp|excl|abbrev|quant|prep|conj|cav)\.?(?=[\s,.]|$)"
)
_FURTHER_PARTS = re.compile(r"(?:[\s,.]*\b(?:pl|n|adj|adv|vt|vi|v|imp|excl|obs|interj|pref|suff)\.)+[\s,]*")
_SENSE = re.compile(r"\d+[a-z]?\.\s+")
_CROSS_REFERENCES = re.compile(r"\{([^{}]*)\}")
_SHORTEST_PARAGRAPH = 80
_PARTS_AS_BIERCE_WRITES = {"vt": "v.t.", "vi": "v.i.", "pl. n": "pl.n."}


def parse_jargon(path: Path) -> Iterator[str]:
    """Yield the Jargon File's entries, each numbered sense an item of its own with the headword repeated."""
    for entry in read_dictd(path):
        yield from jargon_items(entry)


def jargon_items(entry: str) -> Iterator[str]:
    """Yield the items of one entry: its headword, a line of pronunciation and part of speech, then paragraphs."""
    headword, _, rest = entry.strip("\n").partition("\n")
    heading, _, body = rest.partition("\n")
    part = _part_of_speech(_SPOKEN.sub("", heading).strip()) or "n."
    for definition in _definitions(_prose(body)):
        own_part, text = _split_part(LABELS.sub("", definition).lstrip())
        item = entry_item(headword, own_part or part, text)
        if item:
            yield item


def _prose(body: str) -> list[str]:
    # What stands after a table or a drawing speaks of it; numbered senses further down go on.
    return ["" if _is_laid_out(block) else " ".join(block.split()) for block in paragraphs(body)]


def _is_laid_out(block: str) -> bool:
    lines = block.split("\n")
    deep = any(line.startswith("     ") for line in lines)
    return deep or any(re.search(r"\S {3,}\S", line) for line in lines)


def _definitions(prose: list[str]) -> Iterator[str]:
    while prose and LABELS.fullmatch(prose[0]):
        prose = prose[1:]
    senses = [paragraph for paragraph in prose if _SENSE.match(paragraph)]
    if senses:
        yield from (_SENSE.sub("", sense, count=1) for sense in senses)
        return
    whole = prose[: prose.index("")] if "" in prose else prose
    if whole:
        yield " ".join(whole)


def _part_of_speech(heading: str) -> str:
    match = _PART.match(heading)
    return _PARTS_AS_BIERCE_WRITES.get(match[1], f"{match[1]}.") if match else ""


def _split_part(text: str) -> tuple[str, str]:
    match = _FURTHER_PARTS.match(text)
    return (_part_of_speech(match[0].strip()), text[match.end() :]) if match else ("", text)


_PARTS_OF_THE_FILE = re.compile(r"^\s+Part\s[IVX]+\..*$", re.MULTILINE)
_BOOK_OF_ENTRIES = 2
"""Of the file's parts, from 0, the one that holds the entries; 0 is the table of contents."""


def parse_jargon_chapters(path: Path) -> Iterator[str]:
    """Yield the paragraphs of the Jargon File's chapters and appendices: its prose on hackers between the entries."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        parts = _PARTS_OF_THE_FILE.split(file.read())
    for place, part in enumerate(parts):
        if place not in {0, _BOOK_OF_ENTRIES}:
            yield from filter(None, map(_chapter_item, paragraphs(part)))


def _chapter_item(block: str) -> str:
    """Return a paragraph as an item; empty for a heading, a list, an example or a line of a dialogue."""
    text = plain(_CROSS_REFERENCES.sub(r"\1", block))
    long_enough = len(text) >= _SHORTEST_PARAGRAPH
    return shorten(text) if long_enough and text[0].isupper() and not _is_laid_out(block) else ""


JARGON = Source(
    name="Jargon File 4.4.7",
    origin=Origin.APT,
    package="dict-jargon",
    path="usr/share/dictd/jargon.dict.dz",
    licence="public domain",
    parse=parse_jargon,
)
JARGON_CHAPTERS = Source(
    name="Chapters of the Jargon File",
    origin=Origin.APT,
    package="jargon-text",
    path="usr/share/doc/jargon-text/jargon.txt.gz",
    licence="public domain",
    parse=parse_jargon_chapters,
)
