"""Read Webster's dictionary of 1913 as items, one sense a line: `HEADWORD, n. The definition.`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import entry_item, paragraphs
from corpora.source import Origin, Source

_MARK = re.compile(r"\s*\[1913 Webster\]\s*$")
_HEADING = re.compile(
    r"^(?P<word>[A-Za-z][^\\\n]*?) \\[^\\]*\\(?:\s*\([^()]*\))?,?\s*"  # a pronunciation may stand in brackets
    r"(?P<rest>[^\n]*(?:\n(?! {2,}\d*\.? ?[A-Z1-9])[^\n]+)*)"
)
_PART = re.compile(r"^(n\. ?pl|n|a|adj|adv|v\. ?t|v\. ?i|v|prep|conj|interj|pron|p\. ?p|p\. ?a)\.")
_PARTS_AS_BIERCE_WRITES = {
    "a": "adj.",
    "v. t": "v.t.",
    "v. i": "v.i.",
    "n. pl": "n.pl.",
    "p. a": "adj.",
    "p. p": "p.p.",
}
_NUMBER = re.compile(r"^\s*(?:\d+\.|\([a-z]\))\s+")
_FIELD = re.compile(r"^\s*(?:\((?:[A-Z][\w&.\s]*\.|[A-Z]\w+)\)\s*)+")
_REMARK = re.compile(
    r"\[(?:Obs|R|Archaic|Colloq|Prov|Scot|Poetic|Eng|U\. ?S|Written|Also|Slang|Low|Local|Cant|Rare)[^\]]*\]"
)
_LETTER = re.compile(r"\[[^A-Za-z0-9\]]{0,2}([A-Za-z]{1,2})[^A-Za-z0-9\]]{0,2}\]")
_CITED = re.compile(r"\s*--\s?[A-Z][\w.'&() ]{0,40}$")
# It is set deeper than the senses are.
_QUOTATION = re.compile(r"\s{9,}\S")
_ASIDE = re.compile(r"^\s*(?:Syn:|Note:|--|\{|\[|Usage:)")
# Mark-up of fractions, tables, Greek; a sense that only points elsewhere; a quotation's start.
_LEFT_OVER = re.compile(r"[\[\]<>\\_|~]|\bSee\b.{0,40}$|--\s*$")


def parse_webster(path: Path) -> Iterator[str]:
    """Yield the senses in GCIDE that are marked as those of Webster's Revised Unabridged Dictionary of 1913."""
    for entry in read_dictd(path):
        yield from webster_items(entry)


def webster_items(entry: str) -> Iterator[str]:
    """Yield the items of one entry: its paragraphs that end in the mark, without quotations, remarks and synonyms."""
    heading = _HEADING.match(entry)
    found = _PART.match(heading["rest"]) if heading else None
    if not heading or not found:
        return
    part = _PARTS_AS_BIERCE_WRITES.get(found[1], f"{found[1]}.")
    for block in paragraphs(entry[heading.end() :]):
        if not _MARK.search(block):
            continue
        text = _webster_text(_MARK.sub("", block))
        if text and not _looks_broken(text):
            yield entry_item(heading["word"], part, text)


def _webster_text(block: str) -> str:
    if _QUOTATION.match(block) or _ASIDE.match(block):
        return ""
    text = " ".join(block.split())
    for of_the_start in (_NUMBER, _NUMBER, _FIELD):  # a number may be followed by a letter: `1. (a)`
        text = of_the_start.sub("", text)
    text = _LETTER.sub(r"\1", _REMARK.sub("", text))
    return _CITED.sub("", re.sub(r"[{}]", "", text)).strip()


def _looks_broken(text: str) -> bool:
    return bool(_LEFT_OVER.search(text)) or not text[:1].isalpha() or " " not in text


# The package, GCIDE, is under the GPL for what it adds. Only what it marks as the dictionary's of 1913 is taken, whose
# copyright has ended.
WEBSTER = Source(
    name="Webster's of 1913",
    origin=Origin.APT,
    package="dict-gcide",
    path="usr/share/dictd/gcide.dict.dz",
    licence="public domain (1913)",
    parse=parse_webster,
)
