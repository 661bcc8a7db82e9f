"""Spell a text in the letters that people may read in it: by sound, by look, and in the order in which they see it.

A spelt text has small Latin letters, digits and marks of ASCII; `*` for any other symbol; and characters that read in
two ways, such as the Cyrillic es, which sounds like s and looks like c. `readings` says which letters stand in one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from anyascii import anyascii

LOOK_ALIKES = Path(__file__).with_name("confusables.txt")
"""Unicode's table, trimmed by docs/confusables.py, which renews it."""

_LONGEST = 8
"""The most letters that a character is spelt in. What takes more is no letter to anybody: U+FDFA is a sentence."""
_MOST_REMEMBERED = 50_000
"""How many characters' spellings are remembered."""
_SYMBOL, _UNREADABLE = "*", "\ufdfa"
"""How a symbol is spelt, and what is spelt in too many letters."""
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})
"""The categories of what shows nothing, or is a mark on another letter."""
_UNKNOWN = frozenset({"Cn", "Co"})
"""The categories of what has no meaning."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
"""Letters that show nothing."""
_HANGUL = ("\uac00", "\ud7a3")
_FIRST_IDEOGRAPH, _LAST_LETTER = 0x2E80, 0x32000
_LETTERED = ("LATIN", "REGIONAL INDICATOR SYMBOL LETTER")
"""What the names of symbols have that show a letter, such as 🅺."""

_LONG_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)
"""A character that stands four times in a row or more."""
_SPELT_LONG = re.compile(r"(?<![^\W\d_])(([^\W\d_])[^\w]{1,3})(?:\2[^\w]{1,3}){3,}")
"""The same letter four times or more, with marks or blanks between."""

_RIGHT_TO_LEFT = {"\u202b": False, "\u202e": True, "\u2067": False}
"""What begins text that is laid out from right to left, and whether its letters are, too."""
_LEFT_TO_RIGHT = frozenset("\u202a\u202d\u2066\u2068")
_CLOSERS = frozenset("\u202c\u2069")
_TURNS = re.compile("([\u202a-\u202e\u2066-\u2069\n])")
_DEEPEST = 125
"""How deep changes of direction are nested (UAX #9, max_depth)."""


def normalise(text: str) -> str:
    """Return `text` by its sound in lower-case ASCII, without accents, widths and invisible characters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    seen = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return anyascii(seen).lower()


def spell(text: str) -> set[str]:
    """Return the spellings in which a text has to be looked through; one, for most texts."""
    orders = {text, in_visual_order(text)}
    return {_spell(order, by_look=by_look) for order in orders for by_look in (False, True)}


def is_letter(character: str) -> bool:
    """Return whether a character of a spelt text is a letter, which no other letter may stand beside."""
    return character.isalpha()


@cache
def readings(character: str) -> frozenset[str]:
    """Return the letters that a character of a spelt text may be, but for the marks and digits of ASCII."""
    if character.isascii():
        return frozenset(character if character.isalpha() else ())
    sound = _sound(character)
    return frozenset(filter(None, (_look(character), sound if len(sound) == 1 and sound.isalpha() else "")))


def in_visual_order(text: str) -> str:
    """Return a text in the order in which it is seen, as far as its characters for the direction turn it.

    A simplification of the bidirectional algorithm (UAX #9): what stands within an override from right to left is
    turned, character by character; within any other text from right to left, only its parts change places.
    """
    if not _TURNS.search(text):
        return text
    levels: list[tuple[str, list[str]]] = [("", [])]
    for piece in _TURNS.split(text):
        if piece in _CLOSERS or piece == "\n":
            while len(levels) > 1:
                _close(levels)
                if piece != "\n":
                    break
        if piece in _RIGHT_TO_LEFT or piece in _LEFT_TO_RIGHT:
            if len(levels) < _DEEPEST:
                levels.append((piece, []))
        elif piece not in _CLOSERS:
            levels[-1][1].extend(piece if _RIGHT_TO_LEFT.get(levels[-1][0]) else [piece])
    while len(levels) > 1:
        _close(levels)
    return "".join(levels[0][1])


def _close(levels: list[tuple[str, list[str]]]) -> None:
    opener, parts = levels.pop()
    levels[-1][1].append("".join(reversed(parts) if opener in _RIGHT_TO_LEFT else parts))


def _spell(text: str, *, by_look: bool) -> str:
    spelt = text.lower() if text.isascii() else text.translate(_BY_LOOK if by_look else _BY_SOUND)
    # A letter that is drawn out takes time and tells nothing.
    return _SPELT_LONG.sub(r"\1\1\1", _LONG_RUN.sub(r"\1\1\1", spelt))


class _Spellings(dict[int, str]):
    """Spells characters by their code points, for `str.translate`, and remembers how."""

    def __missing__(self, code_point: int) -> str:
        for spellings, spelt in zip((_BY_SOUND, _BY_LOOK), _spell_character(chr(code_point)), strict=True):
            if len(spellings) >= _MOST_REMEMBERED:
                spellings.clear()
            spellings[code_point] = spelt if len(spelt) <= _LONGEST else _UNREADABLE
        return self[code_point]


_BY_SOUND, _BY_LOOK = _Spellings(), _Spellings()


def _spell_character(character: str) -> tuple[str, str]:
    """Return how a character is spelt by its sound, and by its look."""
    if character.isascii():
        return character.lower(), character.lower()
    if character.isspace():
        return " ", " "
    category = unicodedata.category(character)
    if category in _INVISIBLE or character in _BLANK_LETTERS:
        return "", ""
    if category in _UNKNOWN:
        return _SYMBOL, _SYMBOL
    parts = unicodedata.normalize("NFKD", character)
    if parts != character and not _HANGUL[0] <= character <= _HANGUL[1]:  # whose syllables are read as a whole
        by_sound, by_look = zip(*map(_spell_character, parts), strict=True)
        return "".join(by_sound), "".join(by_look)
    return _spell_whole(character)


def _spell_whole(character: str) -> tuple[str, str]:
    look, sound = _look(character), _sound(character)
    if not look or look == sound:
        spelt = sound or (character if character.isalpha() else _SYMBOL)
        return spelt, spelt
    if character.isalpha() and len(sound) > 1:
        return sound, look
    return character, character  # either of two letters, or a letter or none; `readings` says which


def _sound(character: str) -> str:
    """Return the letters or digits that a character sounds like; of punctuation, its nearest mark in ASCII."""
    spelt = anyascii(character).lower()
    if character.isalnum() or (spelt.isalnum() and _shows_a_letter(character, spelt)):
        return spelt if spelt.isalnum() else "".join(filter(str.isalnum, spelt))
    return spelt if len(spelt) == 1 and not spelt.isalnum() else ""


def _shows_a_letter(symbol: str, spelt: str) -> bool:
    """Return whether a symbol is a letter in a frame, or the letter of a currency."""
    if unicodedata.category(symbol) == "Sc":
        return len(spelt) == 1
    return any(part in unicodedata.name(symbol, "") for part in _LETTERED)


def _look(character: str) -> str:
    """Return the letter that a character looks like, or nothing."""
    return _read_look_alikes().get(character, "")


@cache
def _read_look_alikes() -> dict[str, str]:
    """Return the letters that characters look like; a capital may look like what its small letter does."""
    lines = LOOK_ALIKES.read_text(encoding="utf-8").splitlines()
    entries = (line.split(" ", 1) for line in lines if not line.startswith("#") and " " in line)
    alike = {character: letter for letter, characters in entries for character in characters}
    cased = {other: letter for each, letter in alike.items() for other in (each.lower(), each.upper())}
    return {character: letter for character, letter in (cased | alike).items() if len(character) == 1}


def warm_up() -> None:
    """Load the tables, so that the first texts need not wait for them."""
    for first in range(0x80, _LAST_LETTER, 0x100):
        if unicodedata.category(chr(first)) != "Cs":
            anyascii(chr(first))  # it reads its tables from files, one for each 256 characters
    for code_point in (*range(0x80, _FIRST_IDEOGRAPH), *map(ord, _read_look_alikes())):
        _BY_SOUND[code_point]
