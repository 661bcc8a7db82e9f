"""Witty dictionaries and sayings as items, one line each.

Two of the works are dictionaries and share one form, so that a seed like `DISCORD, n.` gets a definition: the headword
in capitals, a comma, its part of speech, the definition. The others are plain sayings.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import ADDRESS, LABELS, LONGEST_ITEM, as_sentence, entry_item, paragraphs, plain, shorten

# --- the Jargon File --------------------------------------------------------------------------------------

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


# --- the Devil's Dictionary -------------------------------------------------------------------------------

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


# --- sayings ----------------------------------------------------------------------------------------------


def parse_excuses(path: Path) -> Iterator[str]:
    """Yield the BOFH excuses, each as a sentence."""
    for saying in re.split(r"^%$", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
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
        for fortune in re.split(r"^%$", (folder / name).read_text(encoding="utf-8"), flags=re.MULTILINE):
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
