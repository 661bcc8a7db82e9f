"""Read WordNet as items, one sense a line, in the witty dictionaries' form: `HEADWORD, n. The definition.`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.dictd import read_dictd
from corpora.item_text import LONGEST_ITEM, plain
from corpora.source import Origin, Source

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


WORDNET = Source(
    name="WordNet 3.0",
    origin=Origin.APT,
    package="dict-wn",
    path="usr/share/dictd/wn.dict.dz",
    licence="WordNet licence (notice kept)",
    parse=parse_wordnet,
    notice="usr/share/doc/dict-wn/copyright",
)
