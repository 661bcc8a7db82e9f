"""Read lists of words, one entry a line; `slurs.txt` explains how entries are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.errors import InvalidInputError
from bot.moderation.spelling import normalise

HARMLESS = "!"
"""Begins a line of harmless words: they are never found, even if another line lists them."""
_WRITTEN = re.compile(r"[a-z0-9']+(?:[ -]+[a-z0-9']+)*\*?")
_SIBILANTS = ("ch", "o", "s", "sh", "x", "z")
"""The endings that a plural in -es may follow."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase of a list.

    Attributes:
        words: its words, in lower-case ASCII.
        open_ended: whether any letters may follow.
    """

    words: tuple[str, ...]
    open_ended: bool = False

    @classmethod
    def parse(cls, written: str) -> Entry:
        """Read an entry in lower-case ASCII."""
        return cls(tuple(re.split(r"[\s\-]+", written.removesuffix("*"))), written.endswith("*"))

    @property
    def letters(self) -> str:
        """The entry without what separates its words, or stands within them."""
        return "".join(self.words).replace("'", "")

    @property
    def takes_es(self) -> bool:
        """Whether English forms its plural by -es: elsewhere, other words would be found."""
        return self.letters.endswith(_SIBILANTS)

    def plain_pattern(self, gap: str) -> str:
        """Return a pattern for the entry as it is written, with its plural and genitive.

        Args:
            gap: a pattern for what separates its words.
        """
        plural = "(?:e?s'?|'s)?" if self.takes_es else "(?:'?s'?)?"
        return gap.join(map(re.escape, self.words)) + ("[a-z]*" if self.open_ended else plural)


def parse_lines(lines: Iterable[str], source: str) -> tuple[set[str], set[str]]:
    """Return the entries of a list, and the harmless ones, in lower-case ASCII.

    Raises:
        InvalidInputError: a line is not an entry.
    """
    entries: set[str] = set()
    harmless: set[str] = set()
    for number, line in enumerate(lines, start=1):
        written = line.partition("#")[0].strip()
        if written:
            kind = harmless if written.startswith(HARMLESS) else entries
            kind.add(_parse_line(written.removeprefix(HARMLESS).strip(), f"{source}, line {number}"))
    return entries, harmless


def _parse_line(written: str, where: str) -> str:
    entry = normalise(written)
    if not _WRITTEN.fullmatch(entry):
        raise InvalidInputError(
            f"{where}: {written!r}: allowed are words of letters and digits with blanks between, * after the last"
        )
    return entry


@cache
def read_lines(path: Path) -> tuple[str, ...]:
    """Return the lines of a list.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{str(path)!r} cannot be read: {error}") from None


def compile_plain(entries: Iterable[str], gap: str = r"[\s\-]*") -> re.Pattern[str]:
    """Compile one pattern that finds any of the entries in lower-case ASCII, without disguise.

    They are grouped by first letter, so that little is tried where no entry begins.

    Args:
        entries: as they stand in a list, in lower-case ASCII.
        gap: a pattern for what separates the words of an entry.
    """
    groups: dict[str, list[str]] = {}
    for entry in map(Entry.parse, sorted(set(entries))):
        groups.setdefault(entry.words[0][0], []).append(entry.plain_pattern(gap))
    any_group = "|".join(f"(?={re.escape(first)})(?:{'|'.join(patterns)})" for first, patterns in groups.items())
    return re.compile(rf"(?<![a-z])(?:{any_group or '(?!)'})(?![a-z])")
