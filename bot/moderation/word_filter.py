"""Find refused words in a text: for the bot's replies, and for the texts that models learn from.

The list is `slurs.txt`, which explains how entries are written. Replies are checked by it, by `reply_words.txt`, which
says what differs for them, and by the operator's own list; disguised words are found as well (`WordFilter`). Texts to
learn from are checked by `slurs.txt` alone, as they are written (`contains_slur`): a book disguises nothing, and what
looks like a disguise in a dictionary is something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Self

from anyascii import anyascii

from bot.errors import InvalidInputError

SLURS = Path(__file__).with_name("slurs.txt")
LISTS = (SLURS, Path(__file__).with_name("reply_words.txt"))
"""The built-in lists for replies."""

HARMLESS = "!"
"""Begins a line of harmless words: they are never found, even if another line lists them."""

_ENTRY = re.compile(r"[a-z0-9']+(?:[ -]+[a-z0-9']+)*\*?")
_SHORT = 4
"""The largest number of letters of a short entry: it resembles other things, so fewer disguises count."""
_LOOKS = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$"}
_MORE_LOOKS = {"b": "8", "g": "69", "i": "|l", "l": "1|i", "t": "7+", "z": "2"}
"""The digits, marks and letters that stand for a letter: the former in any entry, the latter in longer ones."""

# Letters of other alphabets that look like Latin ones; anyascii would spell them by their sound.
_LOOK_ALIKES = str.maketrans(
    "ВНРСХУЅвгипрсухѕяьԁԛԝӏҺһΗΝΡΥΧηνρυχω",
    "BHPCXYSbrunpcyxsrbdqwlHhHNPYXnvpuxw",
) | str.maketrans("ИЬЯ", "NbR")

_SIBILANTS = ("ch", "o", "s", "sh", "x", "z")
"""The endings that a plural in -es may follow."""

_LONG_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)
_JOINT = re.compile(r"(?<=[a-z0-9])[-._*~^]+(?=[a-z0-9])")
_SPELT_OUT = re.compile(r"(?<![a-z0-9])(?:[a-z0-9][^a-z0-9]{1,3}){2,}[a-z0-9](?![a-z0-9])")
_ONE_LETTER_WORDS = "aiu"
"""Words that may stand beside a word that is spelt out."""
_REPEATED = re.compile(r"(.{2,}?)\1+")


class WordFilter:
    """A list of words, and what finds them in texts.

    Args:
        lines: entries, one a line, as `slurs.txt` explains; harmless words after `!`.
        source: the list's name, for messages.

    Raises:
        InvalidInputError: a line is not an entry.
    """

    def __init__(self, lines: Iterable[str], source: str = "the word list") -> None:
        entries: list[str] = []
        harmless: list[str] = []
        for number, line in enumerate(lines, start=1):
            written = line.partition("#")[0].strip()
            if written:
                kind = harmless if written.startswith(HARMLESS) else entries
                kind.append(_parse_entry(written.removeprefix(HARMLESS).strip(), f"{source}, line {number}"))
        self._anything = _compile_disguised(entries)
        self._longer = _compile_disguised(entry for entry in entries if len(entry) > _SHORT)
        self._harmless = re.compile(rf"(?<![a-z])(?:{'|'.join(map(_plain_pattern, harmless)) or '(?!)'})(?![a-z])")

    @classmethod
    def read(cls, *paths: Path) -> Self:
        """Read the built-in lists and those at `paths`.

        Raises:
            InvalidInputError: a list cannot be read, or a line is not an entry.
        """
        for path in paths:
            cls(_read(path), str(path))  # names a wrong line by its number in its own file
        return cls([line for path in (*LISTS, *paths) for line in _read(path)])

    def finds(self, text: str) -> bool:
        """Return whether one of the words is in `text`, plain or disguised."""
        return any(self._is_in(reading) for reading in _make_readings(text))

    def _is_in(self, reading: str) -> bool:
        # A harmless word is replaced by the end of a sentence, so that its neighbours are not read as one word.
        plain = self._harmless.sub(" . ", reading)
        if _has_word(self._anything, plain):
            return True
        joined = self._harmless.sub(" . ", _JOINT.sub("", reading))
        if _has_word(self._longer, joined):
            return True
        return any(_has_word(self._anything, word) for word in _spelt_out(plain))


def contains_slur(text: str) -> bool:
    """Return whether a text holds a word of `slurs.txt` as it is written; case and accents make no difference."""
    return _slur_pattern().search(anyascii(text).lower()) is not None


@cache
def _slur_pattern() -> re.Pattern[str]:
    written = (line.partition("#")[0].strip() for line in _read(SLURS))
    return compile_plain(filter(None, written))


def compile_plain(entries: Iterable[str]) -> re.Pattern[str]:
    """Compile one pattern that finds any of the entries in lower-case ASCII, without disguise."""
    patterns = (r"[\s\-]*".join(map(re.escape, _words(entry))) + _plural(entry) for entry in entries)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(patterns)})(?![a-z])")


def _plural(entry: str) -> str:
    """Return a pattern for plural and genitive; -es only where English has it, else other words would be found."""
    if entry.endswith("*"):
        return "[a-z]*"
    return "(?:e?s'?|'s)?" if entry.endswith(_SIBILANTS) else "(?:'?s'?)?"


def normalise(text: str) -> str:
    """Return `text` in lower-case ASCII, without accents, widths and invisible characters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    seen = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return anyascii(seen).lower()


def _make_readings(text: str) -> set[str]:
    """Return the text as it sounds and as it looks, two spellings where these differ."""
    shown = unicodedata.normalize("NFKD", text)
    return {_LONG_RUN.sub(r"\1\1\1", normalise(way)) for way in (shown, shown.translate(_LOOK_ALIKES))}


def _spelt_out(text: str) -> Iterator[str]:
    """Yield the words whose letters all stand alone: w o r d, w.o.r.d, a w o r d, w o r d w o r d."""
    for match in _SPELT_OUT.finditer(text):
        word = _LONG_RUN.sub(r"\1\1\1", re.sub(r"[^a-z0-9]", "", match[0]))
        yield word
        for strip in (word.lstrip, word.rstrip, word.strip):
            yield strip(_ONE_LETTER_WORDS)
        if repeated := _REPEATED.fullmatch(word):
            yield repeated[1]


def _has_word(pattern: re.Pattern[str], text: str) -> bool:
    return any(map(_is_a_word, pattern.finditer(text)))


def _is_a_word(match: re.Match[str]) -> bool:
    """Return whether a match has enough letters to be read as a word: 900k is a number, g00k is not."""
    if match.lastgroup == "as_written":
        return True  # the entry itself has digits
    letters = sum(map(str.isalpha, match[0]))
    others = sum(not character.isspace() for character in match[0]) - letters
    return letters * (1 if letters + others < _SHORT else 2) >= others


def _compile_disguised(entries: Iterable[str]) -> re.Pattern[str]:
    """Compile one pattern for all entries, grouped by first letter, so that a text is searched for each letter once."""
    plain: list[str] = []
    disguised: dict[str, list[str]] = {}
    for entry in sorted(set(entries)):
        if re.search(r"\d", entry):
            plain.append(_plain_pattern(entry))
        else:
            disguised.setdefault(entry[0], []).append(_disguised_pattern(entry))
    groups = [f"(?={_look(letter)})(?:{'|'.join(patterns)})" for letter, patterns in disguised.items()]
    never = "(?!)"
    as_written = rf"(?<!\d)(?P<as_written>{'|'.join(plain) or never})(?!\d)"
    return re.compile(rf"(?<![a-z])(?:{as_written}|{'|'.join(groups) or never})(?![a-z])")


def _plain_pattern(entry: str) -> str:
    """Return a pattern for the entry as it is written; a blank stands for blanks or hyphens."""
    return r"[\s\-]+".join(map(re.escape, _words(entry))) + _ending(entry)


def _disguised_pattern(entry: str) -> str:
    """Return a pattern for the entry in disguise; a blank stands for blanks, hyphens, or nothing."""
    looks = _looks(entry)
    return r"[\s\-]*".join(_letters_pattern(word, looks) for word in _words(entry)) + _ending(entry)


def _letters_pattern(word: str, looks: dict[str, str]) -> str:
    # A letter may be repeated, but not doubled: Jaap is a name, jaaap is not. Longer runs are cut to three before.
    return "".join(
        f"{(look := looks.get(letter, re.escape(letter)))}{{{count}}}" + (f"(?:{look}{{{3 - count}}})?" * (count < 3))
        for letter, run in groupby(word)
        for count in [len(list(run))]
    )


def _words(entry: str) -> list[str]:
    return re.split(r"[\s\-]+", entry.removesuffix("*"))


def _ending(entry: str) -> str:
    if entry.endswith("*"):
        return "[a-z]*"
    return "(?:e?[s5$z]'?|'s)?" if entry.endswith(_SIBILANTS) else "(?:'?[s5$z]'?)?"


def _looks(entry: str) -> dict[str, str]:
    letters = sum(map(str.isalpha, entry))
    more = _MORE_LOOKS if letters > _SHORT else {}
    return {letter: f"[{letter}{re.escape(_LOOKS.get(letter, '') + more.get(letter, ''))}]" for letter in _LOOKS | more}


def _look(letter: str) -> str:
    return f"[{re.escape(letter + _LOOKS.get(letter, '') + _MORE_LOOKS.get(letter, ''))}]"


def _parse_entry(written: str, where: str) -> str:
    entry = normalise(written)
    if not _ENTRY.fullmatch(entry):
        raise InvalidInputError(
            f"{where}: {written!r}: allowed are words of letters and digits with blanks between, * after the last"
        )
    return entry


@cache
def _read(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{str(path)!r} cannot be read: {error}") from None
