"""Plain dictionaries as items, in the witty ones' form: `HEADWORD, n. The definition.`, one sense a line.

A base that has learned them knows the words and the form before it ever meets a joke.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import LONGEST_ITEM, entry_item, paragraphs, plain

# --- WordNet ----------------------------------------------------------------------------------------------

_SENSE = re.compile(r"^ {4,}(?:(n|v|adj|adv) )?(\d+): ", re.MULTILINE)
_NOTES = re.compile(r"\[(?:syn|ant|also):[^\]]*\]")
_EXAMPLES = re.compile(r';\s*(?=")')


def parse_wordnet(path: Path) -> Iterator[str]:
    """WordNet's senses, each once: its synonyms repeat the definition, of which the first headword keeps it."""
    seen: set[str] = set()
    for entry in read_dictd(path):
        for definition, item in wordnet_items(entry):
            if definition not in seen:
                seen.add(definition)
                yield item


def wordnet_items(entry: str) -> Iterator[tuple[str, str]]:
    """Yield the senses of one entry: the bare definition, and the item made of it."""
    headword, _, body = entry.strip("\n").partition("\n")
    if any(character.isdigit() for character in headword):
        return
    part = ""
    starts = list(_SENSE.finditer(body))
    ends = [*(start.start() for start in starts[1:]), len(body)]
    for start, end in zip(starts, ends, strict=False):
        # The part of speech stands at the first of its senses only.
        part = start[1] or part
        sense = plain(_NOTES.sub("", body[start.end() : end]))
        definition, *examples = _EXAMPLES.split(sense)
        if part and definition and not definition.startswith("("):
            yield definition, _wordnet_item(headword, part, definition, examples)


def _wordnet_item(headword: str, part: str, definition: str, examples: list[str]) -> str:
    lead = f"{plain(headword).upper()}, {part}. "
    text = f"{definition[:1].upper()}{definition[1:].rstrip(' ;.')}"
    fitting = [example.strip() for example in examples if re.fullmatch(r'"[^"]+"', example.strip())]
    with_examples = f"{text}: {'; '.join(fitting)}." if fitting else f"{text}."
    longest = LONGEST_ITEM - len(lead)
    return lead + (with_examples if len(with_examples) <= longest else f"{text}."[:longest])


# --- Webster's of 1913 ------------------------------------------------------------------------------------

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
