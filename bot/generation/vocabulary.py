"""Map characters to ids and back, and fold typed text to the characters that a model knows."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from anyascii import anyascii

from bot.limits import MAX_VOCABULARY

Ids = npt.NDArray[np.int32]

UNKNOWN = 0
"""The id of the empty string: encodes any unknown character, decodes to nothing."""

LINE_BREAK = "\n"
"""Ends an item in training, and a text that is written up to its first line break."""

_MOST_REMEMBERED = 20_000
"""How many characters' nearest spellings a vocabulary remembers."""
_MOST_MARKS = 30
"""How many marks on one letter count: more than any language needs (UAX #15, “Stream-Safe Text Format”)."""
_TUTORIAL = "".join(sorted(set(string.printable) - set("\x0b\x0c\r")))


def compose(text: str) -> str:
    """Return `text` with letters and their marks composed where Unicode has them as one (NFC).

    Marks beyond the thirtieth on a letter are left out: putting n of them in order takes steps in the order of n².
    """
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


@dataclass(frozen=True)
class Vocabulary:
    """The characters a model knows, in the order of their ids 1, 2, …; id 0 is the empty string.

    Args:
        characters: each a single code point, none twice.

    Raises:
        ValueError: the characters repeat, are none, or too many.
    """

    characters: str

    def __post_init__(self) -> None:
        if not self.characters:
            raise ValueError("a vocabulary needs at least one character")
        if len(self.characters) >= MAX_VOCABULARY:
            raise ValueError(f"{len(self.characters)} characters: a vocabulary has at most {MAX_VOCABULARY - 1}")
        if len(self._ids) < len(self.characters):
            repeated = next(c for c in self.characters if self.characters.count(c) > 1)
            raise ValueError(f"the character {repeated!r} stands in the vocabulary twice")

    @classmethod
    def tutorial(cls) -> Vocabulary:
        """Return the tutorial's 98: printable ASCII with tab and line feed, sorted, after the empty string."""
        return cls(_TUTORIAL)

    @classmethod
    def of(cls, text: Iterable[str]) -> Vocabulary:
        """Return the characters that occur in `text` (one string or many), sorted."""
        return cls("".join(sorted(set().union(*text))))

    def __len__(self) -> int:
        """Return how many ids there are: the characters and the unknown one."""
        return len(self.characters) + 1

    def __contains__(self, character: object) -> bool:
        return character in self._ids

    def encode(self, text: str) -> Ids:
        """Return the ids of the characters of `text`, shape (len(text),); an unknown one is id 0."""
        return np.fromiter((self._ids.get(c, UNKNOWN) for c in text), dtype=np.int32, count=len(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text that `ids` stand for; id 0 prints nothing."""
        return "".join(self._strings[number] for number in ids)

    def fold(self, text: str) -> str:
        """Bring typed `text` to the characters known here, as near to what was meant as they allow.

        A known character stays. Of the others, accents, curly quotes, dashes and foreign letters become
        their nearest known spelling (“É” may become “É”, “E” or “e”); what has none, such as an emoji,
        is left out.
        """
        ids = self._ids  # most characters are known, and stay as they are
        return "".join(c if c in ids else self._nearest(c) for c in compose(text))

    def list_spellings(self) -> dict[str, str]:
        """List what `fold` makes of single characters: each spelling, and all characters that come to it.

        It serves to fold where there is no table of Unicode's spellings, as in a browser; what is left out or stays as
        it is does not stand in it.
        """
        spellings: dict[str, list[str]] = {}
        for character in map(chr, range(_BEYOND_SCRIPTS)):
            if character not in self and (spelling := self._find_nearest(character)):
                spellings.setdefault(spelling, []).append(character)
        return {spelling: "".join(characters) for spelling, characters in spellings.items()}

    def reads(self, text: str) -> bool:
        """Return whether `text` says something here: it is not blank, and folding leaves none of it out."""
        return bool(text.strip()) and all(map(self.fold, compose(text)))

    @cached_property
    def _nearest(self) -> Callable[[str], str]:
        """Returns the nearest spelling of an unknown character, and remembers it: some take dozens of letters."""
        return lru_cache(_MOST_REMEMBERED)(self._find_nearest)

    def _find_nearest(self, character: str) -> str:
        if known := self._in_either_case(character):
            return known
        if character.isspace():
            return " " if " " in self else ""
        if unicodedata.category(character) in _UNSPELLABLE:
            return ""
        return anyascii(character).translate(self._ascii)

    def _in_either_case(self, character: str) -> str:
        return next((c for c in (character, character.lower(), character.upper()) if c in self), "")

    @cached_property
    def _ascii(self) -> dict[int, str]:
        """What each character of ASCII comes to."""
        return {code: self._in_either_case(chr(code)) for code in range(128)}

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {character: number for number, character in enumerate(self.characters, start=1)}

    @cached_property
    def _strings(self) -> tuple[str, ...]:
        return ("", *self.characters)


_BEYOND_SCRIPTS = 0x40000
"""Behind Unicode's planes with scripts in them are none that can be spelt."""
_UNSPELLABLE = {"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn"}
"""Unicode categories whose ASCII spelling would be noise to a model: symbols, emoji, control characters."""
