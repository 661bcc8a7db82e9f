"""Find refused words in a text: for the bot's replies, and for the texts that models learn from.

The built-in list for replies has two parts: slurs, which are those of `slurs.txt`, as `reply_words.txt` changes them;
and what a stranger should not meet unasked, `unasked_words.txt`. Operators add words of their own. Disguised words are
found as well (`WordFilter`). Texts to learn from are checked by `slurs.txt` alone, as they are written
(`contains_slur`): a book disguises nothing, and what looks like a disguise in a dictionary is something else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Self

from anyascii import anyascii

from bot.moderation.disguise import Matcher, TooManyNearMissesError
from bot.moderation.judge import is_read
from bot.moderation.spelling import spell, warm_up
from bot.moderation.word_list import compile_plain, parse_lines, read_lines

SLURS = Path(__file__).with_name("slurs.txt")
LISTS = (SLURS, Path(__file__).with_name("reply_words.txt"))
"""The built-in list for replies: its first part, slurs."""
UNASKED = Path(__file__).with_name("unasked_words.txt")
"""Its second part: what a stranger should not meet unasked."""
_GAP = r"[\s\-]+"
"""A blank in a harmless phrase stands for blanks or hyphens, but not for nothing."""


class WordFilter:
    """A list of words, and what finds them in texts.

    Args:
        lines: entries, one a line, as `slurs.txt` explains; harmless words after `!`.
        source: the list's name, for messages.

    Raises:
        InvalidInputError: a line is not an entry.
    """

    def __init__(self, lines: Iterable[str], source: str = "the word list") -> None:
        entries, harmless = parse_lines(lines, source)
        entries -= {word for word in harmless if " " not in word and "-" not in word}
        numbered = {entry for entry in entries if re.search(r"\d", entry)}
        self._matcher = Matcher(entries - numbered)
        # What has digits itself is found as it is written alone.
        self._numbered = re.compile(rf"(?<!\d)(?:{compile_plain(numbered, _GAP).pattern})(?!\d)")
        self._harmless = compile_plain(harmless, _GAP)

    @classmethod
    def read(cls, *paths: Path, unasked: bool = True) -> Self:
        """Read the built-in list and those at `paths`.

        Args:
            paths: the operator's lists.
            unasked: whether the built-in list's second part counts.

        Raises:
            InvalidInputError: a list cannot be read, or a line is not an entry.
        """
        for path in paths:
            cls(read_lines(path), str(path))  # names a wrong line by its number in its own file
        warm_up()
        built_in = (*LISTS, UNASKED) if unasked else LISTS
        return cls([line for path in (*built_in, *paths) for line in read_lines(path)])

    def finds(self, text: str) -> bool:
        """Return whether one of the words is in `text`, plain or disguised; takes time that grows with the text."""
        return any(map(self._is_in, spell(text)))

    def _is_in(self, spelt: str) -> bool:
        found = [match.span() for match in self._numbered.finditer(spelt)]
        try:
            found += [(one.start, one.end) for one in self._matcher.find(spelt) if is_read(one, spelt)]
        except TooManyNearMissesError:
            return True  # nobody writes so but to find out what is let through
        return bool(found) and not self._are_excused(found, spelt)

    def _are_excused(self, found: Iterable[tuple[int, int]], spelt: str) -> bool:
        """Return whether each part of a text that was found is within a harmless word or phrase."""
        harmless = [match.span() for match in self._harmless.finditer(spelt)]
        starts = [start for start, _ in harmless]
        nearest = ((bisect_right(starts, start) - 1, end) for start, end in found)
        return all(at >= 0 and end <= harmless[at][1] for at, end in nearest)


def contains_slur(text: str) -> bool:
    """Return whether a text holds a word of `slurs.txt` as it is written; case and accents make no difference."""
    return _slur_pattern().search(anyascii(text).lower()) is not None


@cache
def _slur_pattern() -> re.Pattern[str]:
    entries, _ = parse_lines(read_lines(SLURS), SLURS.name)
    return compile_plain(entries)
