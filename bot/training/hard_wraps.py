"""Notice texts whose lines were wrapped at a width, and join their lines to paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

NARROWEST, WIDEST = 40, 120
"""In characters: what is wrapped by programs and in books."""
_FEWEST_LINES = 12
"""Of those that go on in the next one: below it, a width may be chance."""
_FEWEST_LENGTHS = 4
"""Lines of one length are made so, each by itself."""
_SHARE = 0.8
"""Of them so many are full: paragraphs without blank lines between them end in a line that is not."""
_FEWEST_WORDS = 4
"""In a line, on the average: of longer words each line is an item of its own, whatever its length."""
_SHARE_AMID = 0.4
"""So many of the lines behind them begin with a small letter. Scripts without small letters are left as they are."""


def find_width(lines: Sequence[str]) -> int:
    """Return the width that lines were wrapped at; 0 if they were not.

    A line is wrapped where the first word of the next did not fit, most often in the middle of a sentence. That holds
    for nearly all lines of a paragraph, and for few in a list of items.
    """
    going_on = [(line.rstrip(), following) for line, following in pairwise(lines) if _goes_on(line, following)]
    lengths = sorted(len(line) for line, _ in going_on)
    if len(going_on) < _FEWEST_LINES or len(set(lengths)) < _FEWEST_LENGTHS:
        return 0
    width = lengths[len(lengths) * 99 // 100]
    words = sum(len(line.split()) for line, _ in going_on) / len(going_on)
    if not NARROWEST <= width <= WIDEST or words < _FEWEST_WORDS:
        return 0
    full = sum(_is_full(line, following, width) for line, following in going_on)
    amid = sum(following.lstrip()[0].islower() for _, following in going_on)
    return width if full >= _SHARE * len(going_on) and amid >= _SHARE_AMID * len(going_on) else 0


def _goes_on(line: str, following: str) -> bool:
    """Return whether two lines may be of one paragraph: neither is blank, and the second is not indented anew."""
    return bool(line.strip() and following.strip()) and (line[0].isspace() or not following[0].isspace())


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def join_paragraphs(lines: Iterable[str], width: int) -> Iterator[str]:
    """Yield the paragraphs of lines that were wrapped at `width`, each in one line.

    A paragraph ends with a blank line, with a line that had room for the next word, and before one that is indented.
    """
    paragraph: list[str] = []
    for line in lines:
        starts_anew = paragraph and (not _goes_on(paragraph[-1], line) or not _is_full(paragraph[-1], line, width))
        if starts_anew:
            yield _join(paragraph)
            paragraph = []
        if line.strip():
            paragraph.append(line.rstrip())
    if paragraph:
        yield _join(paragraph)


def _join(lines: Sequence[str]) -> str:
    joined = lines[0]
    for line in lines[1:]:
        joined += line.lstrip() if joined.endswith("-") and not joined.endswith("--") else f" {line.lstrip()}"
    return joined
