"""Find the words of a list in a spelt text, however they are disguised, in time that grows with the text alone.

All words are laid end to end, a bit for each letter. While a text is read, the set bits are the letters that the text
has come to: each character moves them on by one (Baeza-Yates and Gonnet, “A new approach to text searching”, 1992). A
letter that is drawn out keeps its bit, and so does every bit where a mark or a blank stands between letters. So all
disguises are followed at once, and nothing is gone back over. Where a word ends, a `Finding` says which part of the
text it is, and `bot.moderation.judge` whether people would read it so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.moderation.spelling import is_letter, readings
from bot.moderation.word_list import Entry

SHORT = 4
"""The largest number of letters of a short entry: it resembles other things, so fewer disguises count."""
_LOOKS = {"a": "4@", "e": "3€", "i": "1!", "o": "0", "s": "5$"}
_MORE_LOOKS = {"b": "8", "g": "69", "i": "|l", "l": "1|i", "t": "7+", "z": "2"}
"""The digits, marks and letters that stand for a letter: the former in any entry, the latter in longer ones."""
LOOKING_MARKS = frozenset("".join([*_LOOKS.values(), *_MORE_LOOKS.values()])) - {"i", "l"}
"""The digits and marks among them."""
_LONGEST = 80
"""How far back the beginning of a word is looked for. What is longer is nothing but disguise."""
_LEAST_BUDGET, _BUDGET_SHARE = 1200, 0.6
"""How many characters are looked back over at most in a text, and in a long one, as a share of its length."""
_NEAREST_LETTER = 24
"""How many characters back from its end a word has a letter at least: a table of numbers has none."""
_RUNS = re.compile(r"([^\W\d_]+)|[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """An entry's letters, one after the other, in a part of a spelt text.

    Attributes:
        entry: the entry.
        start: where the part begins.
        end: where it ends.
        in_tail: whether it ends in letters that follow an entry which is open-ended.
    """

    entry: Entry
    start: int
    end: int
    in_tail: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """Where an entry lies among the bits, and one way in which it ends.

    Attributes:
        entry: the entry.
        base: its first bit.
        length: how many bits it has, its tail included.
        last: the bit of the letter that it ends with here.
        in_tail: whether that letter is any that follows an entry which is open-ended.
    """

    entry: Entry
    base: int
    length: int
    last: int
    in_tail: bool


class TooManyNearMissesError(Exception):
    """A text in which so many words nearly stand that looking through it would take long."""


class _Masks(dict[str, int]):
    """Remembers the mask of each character."""

    def __init__(self, make: Callable[[str], int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, character: str) -> int:
        self[character] = self._make(character)
        return self[character]


class Matcher:
    """Finds entries of letters in spelt texts."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._size = 0  # how many bits are laid out
        self._letters: dict[str, int] = {}  # the bits of each letter
        self._any = 0  # the bits that any letter sets
        self._firsts = 0  # those of first letters
        self._tails = 0  # those of letters that may follow, and need not
        self._longer = 0  # those of entries that are longer than `SHORT`
        self._finals = 0  # those with which an entry may end
        self._ends: dict[int, _Row] = {}  # which entry ends with a bit, by the bit's number
        for entry in map(Entry.parse, sorted(set(entries))):
            self._lay(entry, entry.letters, "s")
            if entry.takes_es:
                self._lay(entry, f"{entry.letters}e", "s", stem_ends=False)
            if entry.open_ended:
                self._lay(entry, entry.letters, "", stem_ends=False)
        self._masks = _Masks(self._make_mask)

    def _lay(self, entry: Entry, letters: str, tail: str, *, stem_ends: bool = True) -> None:
        """Lay out letters that all have to come, and a tail that may: one letter, or any letters if it is empty."""
        base, stem = self._size, len(letters)
        self._firsts |= 1 << base
        for index, letter in enumerate([*letters, *tail]):
            self._letters[letter] = self._letters.get(letter, 0) | 1 << (base + index)
        tail_bit = 1 << (base + stem)
        if tail:
            self._letters["z"] = self._letters.get("z", 0) | tail_bit
        else:
            self._any |= tail_bit
        self._tails |= tail_bit
        self._size += stem + 1
        if len(entry.letters) > SHORT:
            self._longer |= (1 << self._size) - (1 << base)
        for last in range(base + stem - stem_ends, base + stem + 1):
            self._finals |= 1 << last
            self._ends[last] = _Row(entry, base, stem + 1, last, in_tail=not tail and last == base + stem)

    def find(self, text: str) -> Iterator[Finding]:
        """Yield where entries may stand in a spelt text; what begins or ends within a word is none.

        Raises:
            TooManyNearMissesError: the text has too many such places.
        """
        budget = max(_LEAST_BUDGET, _BUDGET_SHARE * len(text))
        for end, bits in self._ends_in(text):
            if not any(map(is_letter, text[max(0, end - _NEAREST_LETTER) : end])):
                continue
            for row in self._rows_that_end(bits):
                starts, looked_back = self._look_back(text, row, end)
                budget -= looked_back
                if budget < 0:
                    raise TooManyNearMissesError
                yield from (Finding(row.entry, start, end, row.in_tail) for start in starts)

    def _rows_that_end(self, bits: int) -> Iterator[_Row]:
        """Yield the rows whose last letters are set."""
        while bits:
            last = bits & -bits
            yield self._ends[last.bit_length() - 1]
            bits ^= last

    def _ends_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where words end, and the bits of the letters that end them."""
        state, before = 0, " "
        for run in _RUNS.finditer(text):
            if run[1]:
                state = self._read_word(run[1], state, before)
                if state & self._finals:
                    yield run.end(), state & self._finals
            elif run[0] != " ":
                for index in range(*run.span()):
                    mark = text[index]
                    if moved := self._move(self._masks[mark], state, before):
                        if moved & self._finals and not is_letter(text[index + 1 : index + 2]):
                            yield index + 1, moved & self._finals
                        state |= moved  # or it is no letter here, but stands between two
                    before = mark
            before = run[0][-1]

    def _read_word(self, word: str, state: int, before: str) -> int:
        """Return the state after a run of letters."""
        for letter in word:
            mask = self._masks[letter]
            drawn_out = state & mask
            if not (is_letter(before) or before in LOOKING_MARKS):
                drawn_out &= ~self._tails
            state = self._move(mask, state, before) | drawn_out
            if not state:
                break  # whatever follows in this word, none ends in it
            before = letter
        return state

    def _move(self, mask: int, state: int, before: str) -> int:
        """Return the bits that a character sets: of next letters, and of first ones where a word may begin.

        Args:
            mask: the letters that the character may be.
            state: the bits that are set.
            before: the character before it. No tail begins where a word has ended.
        """
        if is_letter(before):
            return (state << 1) & ~self._firsts & mask
        if before in LOOKING_MARKS:
            return (state << 1 | self._firsts) & mask
        return ((state << 1) & ~self._tails | self._firsts) & mask

    def _make_mask(self, character: str) -> int:
        """Return the bits of all letters that a character may be."""
        mask = self._any if is_letter(character) else 0
        for letter, bits in self._letters.items():
            if letter in readings(character) or character in _LOOKS.get(letter, ""):
                mask |= bits
            elif any(alike in _MORE_LOOKS.get(letter, "") for alike in {character, *readings(character)}):
                mask |= bits & self._longer
        return mask

    def _look_back(self, text: str, row: _Row, end: int) -> tuple[list[int], int]:
        """Return where an entry that ends at `end` may begin, and how many characters were looked at."""
        starts: list[int] = []
        bits = 1 << (row.last - row.base + 1)  # as if the letter after the last had been found
        tail = 1 << (row.length - 1)
        furthest = max(0, end - _LONGEST)
        for index in range(end - 1, furthest - 1, -1):
            character = text[index]
            found = (bits >> 1 | (bits if index < end - 1 else 0)) & (self._masks[character] >> row.base)
            if found & 1 and (index == 0 or not is_letter(text[index - 1])):
                starts.append(index)
            bits = found if is_letter(character) else found | (bits if index < end - 1 else 0)
            if not (is_letter(character) or character in LOOKING_MARKS):
                bits &= ~tail  # whose letters stand in one word with the last ones of the stem
            if not bits:
                return starts, end - index
        return (starts if furthest == 0 else [*starts, furthest]), end - furthest
