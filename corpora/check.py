"""Check a text that was written for the network: `python -m corpora check FILE ...`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import InvalidInputError
from bot.evaluation.words import WORD_LISTS, WordList
from bot.generation.learned_text import fingerprint, split_words
from bot.moderation.word_filter import contains_slur

LONGEST = 200
"""Characters of an item that a reply holds with room to spare."""
OPENING = 4
"""Words that make an opening."""
MOST_COMMON_OPENING = 0.08
"""The largest share of items that may begin alike."""
SHOWN = 8
"""So many of what is found are shown."""


def main(arguments: Sequence[str]) -> int:
    """Print what is found in the files; return 1 where something should be mended, else 0.

    Raises:
        InvalidInputError: a file cannot be read.
    """
    parser = argparse.ArgumentParser(prog="corpora check", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one item a line")
    parser.add_argument("--word-list", type=Path, metavar="FILE", help="words that are spelled right, one a line")
    options = parser.parse_args(arguments)
    items = [item for file in options.files for item in _read(file)]
    words = _read_word_list(options.word_list)
    sys.stdout.writelines(f"{line}\n" for line in describe(items))
    findings = list(find_faults(items, words))
    for what, found in findings:
        sys.stdout.write(f"\n{what}: {len(found):,}\n")
        sys.stdout.writelines(f"  {item}\n" for item in found[:SHOWN])
    return 1 if findings else 0


def describe(items: Sequence[str]) -> Iterator[str]:
    """Yield how much there is, how many words, and how often items begin alike."""
    words = Counter(split_words(items))
    first = Counter(item.split(" ", 1)[0] for item in items)
    openings = Counter(_opening(item) for item in items)
    yield f"{len(items):,} items, {sum(map(len, items)) + len(items):,} characters, {len(words):,} different words"
    yield f"{sum(count == 1 for count in words.values()):,} words stand once"
    yield f"{len(first):,} different first words; the most frequent: {_list(first, len(items))}"
    yield f"{len(openings):,} different openings of {OPENING} words; the most frequent: {_list(openings, len(items))}"


def find_faults(items: Sequence[str], words: WordList | None) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of fault that is found, and the items, words or openings that have it."""
    counts = Counter(items)
    kinds = {
        "duplicates": [item for item, count in counts.items() if count > 1],
        "near duplicates": list(_near_duplicates(counts)),
        f"longer than {LONGEST} characters": [item for item in items if len(item) > LONGEST],
        "not plain ASCII": [item for item in items if not item.isascii()],
        "with a slur": [item for item in items if contains_slur(item)],
        "words that are not in the list and stand once": _misspelled(items, words) if words else [],
        f"openings of more than {MOST_COMMON_OPENING:.0%} of the items": [
            opening
            for opening, count in Counter(map(_opening, items)).most_common()
            if count > MOST_COMMON_OPENING * len(items)
        ],
    }
    yield from ((what, found) for what, found in kinds.items() if found)


def _near_duplicates(items: Counter[str]) -> Iterator[str]:
    """Yield items that share forty characters in a row, or nearly so, with one before."""
    seen: set[int] = set()
    for item in items:
        marks = set(fingerprint(item).tolist())
        if marks & seen:
            yield item
        seen |= marks


def _misspelled(items: Sequence[str], known: WordList) -> list[str]:
    counts = Counter(split_words(items))
    # A name stands in the middle of items with a capital: it is no misprint.
    names = {word.strip(".,;:!?\"'").lower() for item in items for word in item.split() if word[:1].isupper()}
    return sorted(word for word, count in counts.items() if count == 1 and word not in known and word not in names)


def _opening(item: str) -> str:
    return " ".join(item.split()[:OPENING])


def _list(counts: Counter[str], total: int) -> str:
    return ", ".join(f"{what} ({count / total:.1%})" for what, count in counts.most_common(5))


def _read(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{file} cannot be read: {error}") from None


def _read_word_list(given: Path | None) -> WordList | None:
    path = given or next((path for path in WORD_LISTS if path.exists()), None)
    if path is None:
        sys.stderr.write("corpora check: no list of words (Debian: wamerican-large), so spelling is not checked\n")
        return None
    return WordList(_read(path), path.name)
