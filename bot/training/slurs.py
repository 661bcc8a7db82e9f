"""Tells whether a text holds a slur, by the list in `slurs.txt` beside this module."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from anyascii import anyascii

PLURAL_OR_GENITIVE = "(?:'?s'?)?"
PLURAL_OR_GENITIVE_AFTER_A_HISS = "(?:e?s'?|'s)?"
_HISS = ("ch", "o", "s", "sh", "x", "z")
"""What a plural in -es may follow. Anywhere else it would make other words: spices of what is no spice."""


def contains_slur(text: str) -> bool:
    """Whether `text` holds a word of the list; letter case and accents make no difference."""
    return _pattern().search(anyascii(text).lower()) is not None


@cache
def _pattern() -> re.Pattern[str]:
    lines = files(__package__).joinpath("slurs.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.strip() for line in lines)
    return compile_entries(entry for entry in entries if entry and not entry.startswith("#"))


def compile_entries(entries: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of the entries, written as `slurs.txt` explains, in lower-case ASCII."""
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(_entry_pattern, entries))})(?![a-z])")


def _entry_pattern(entry: str) -> str:
    stem = entry.removesuffix("*")
    words = r"[\s\-]*".join(map(re.escape, stem.split()))
    if entry.endswith("*"):
        return f"{words}[a-z]*"
    return words + (PLURAL_OR_GENITIVE_AFTER_A_HISS if stem.endswith(_HISS) else PLURAL_OR_GENITIVE)
