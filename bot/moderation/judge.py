"""Judge whether people would read a word in a place where its letters stand one after the other.

`900k` is a number and `g00k` is not; `k.i.k.e` is a word, and `co-on` is not; `ni gger` is one, and `who re` is not.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.moderation.disguise import LOOKING_MARKS, SHORT, Finding
from bot.moderation.spelling import is_letter
from bot.moderation.word_list import read_lines

SHORT_WORDS = Path(__file__).with_name("short_words.txt")
"""Words that words of the lists would fall into."""

_PART = re.compile(rf"(?:[^\W\d_]|[{re.escape(''.join(sorted(LOOKING_MARKS)))}])+")
_ORDINARY_GAP = re.compile(r"[\s.,;:'\"/&()\-]*")
"""What stands between words, and in abbreviations, that nobody disguises."""
_INITIALS_GAP = ". "
"""What stands between a person's initials: K. K. Smith."""
_LETTER_BEFORE = re.compile(r"(?:^|[\W_])([^\W\d_])[\W_]{1,3}$")
_LETTER_AFTER = re.compile(r"[\W_]{1,3}([^\W\d_])(?![^\W_])")
_NEAR = 5
"""How many characters before a finding are looked at for a letter that stands alone."""
_CONTRACTION = re.compile(r"[^\W\d_]'$")
_ONE_LETTER_WORDS = "aiu"
"""A, I, and u for you."""


def is_read(finding: Finding, text: str) -> bool:
    """Return whether people read the entry of a finding in that text."""
    written = text[finding.start : finding.end]
    if _is_a_number(written):
        return False
    parts, gaps = _take_apart(written)
    if len(parts) < 2 or len(written) > len(finding.entry.letters) * 10:
        return True
    if _CONTRACTION.search(text, max(0, finding.start - 2), finding.start):
        return False  # it begins with the end of another word: "the editor's pick"
    if all(len(set(part)) == 1 for part in parts):
        return _is_spelt_out(finding, text, gaps)
    if _falls_apart_as_it_should(finding, parts, gaps):
        return True
    return _is_one_word(finding, parts, gaps)


def _is_spelt_out(finding: Finding, text: str, gaps: list[str]) -> bool:
    """Return whether letters that all stand alone are the whole of what is spelt out: s p i c e is another word."""
    letters = finding.entry.letters
    if len(gaps) == 2 and len(letters) == 3 and set(gaps) == {_INITIALS_GAP}:
        return False  # somebody's initials
    # One-letter words may stand beside it, and the word itself once more.
    before = _LETTER_BEFORE.search(text, max(0, finding.start - _NEAR), finding.start)
    after = _LETTER_AFTER.match(text, finding.end)
    return (before is None or before[1] in f"{_ONE_LETTER_WORDS}{letters[-1]}s") and (
        after is None or after[1] in f"{_ONE_LETTER_WORDS}{letters[0]}s"
    )


def _is_one_word(finding: Finding, parts: list[str], gaps: list[str]) -> bool:
    """Return whether the parts of a word are read as one, though something stands between them."""
    words = list(map(_is_a_word, parts))
    if not any(map(str.isspace, "".join(gaps))):
        if len(finding.entry.letters) > SHORT:
            return set(gaps) != {"'"} or not all(words)
        if not all(map(_ORDINARY_GAP.fullmatch, gaps)):
            return not any(character.isdigit() for part in parts for character in part)
    elif finding.in_tail:
        return False  # the letters that may follow are those of any other word
    elif len(finding.entry.letters) > SHORT:
        return not all(words)
    return len(finding.entry.letters) == SHORT and not any(words) and _has_its_letters_alone(finding, parts)


def _has_its_letters_alone(finding: Finding, parts: list[str]) -> bool:
    """Return whether the parts are an entry's letters, none a mark and none doubled, perhaps with the s of a plural."""
    joined = "".join(parts)
    return joined.isalpha() and len(joined.removesuffix("s")) <= len(finding.entry.letters)


def _falls_apart_as_it_should(finding: Finding, parts: list[str], gaps: list[str]) -> bool:
    """Return whether the parts are the words of a phrase, with blanks or hyphens between."""
    words = finding.entry.words
    return (
        len(parts) == len(words) > 1
        and all(re.fullmatch(r"[\s\-]+", gap) for gap in gaps)
        and all(len(part) >= len(word) for part, word in zip(parts, words, strict=True))
    )


def _is_a_number(written: str) -> bool:
    """Return whether there are too few letters to read a word."""
    letters = sum(map(is_letter, written))
    marks = sum(character in LOOKING_MARKS for character in written)
    # Of the few characters of a short word half may be marks, of a longer one two thirds.
    return marks > letters * (1 if letters + marks < SHORT else 2)


def _take_apart(written: str) -> tuple[list[str], list[str]]:
    """Return the runs of letters, and of marks that look like some, and what stands between them."""
    found = list(_PART.finditer(written))
    return [part[0] for part in found], [written[one.end() : other.start()] for one, other in pairwise(found)]


def _is_a_word(part: str) -> bool:
    """Return whether a part is a word by itself, or a number."""
    return part in _read_short_words() or not any(map(is_letter, part))


@cache
def _read_short_words() -> frozenset[str]:
    return frozenset(word for line in read_lines(SHORT_WORDS) for word in line.partition("#")[0].split())
