"""Prepare a text for training: checked, without duplicates, split by item, as ids in files that stream from disk."""

from __future__ import annotations

import json
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import compress
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from bot.errors import InvalidInputError
from bot.generation.vocabulary import LINE_BREAK, Ids, Vocabulary
from bot.limits import MAX_VOCABULARY
from bot.training.item_cleaning import ZERO_WIDTH_JOINER

HELD_OUT_EVERY = 20
"""One item of so many is held out: the network never trains on it, and is measured by it.

Its digest decides, not its place: an item that is held out of one text is held out of every text that has it, so that a
model which goes on from another is never measured by what that one learned.
"""
FEWEST_CHARACTERS = 10_000
"""Below this there is nothing to learn but the text itself."""

STARTS = 5
"""So many beginnings of held-out items are kept, as seeds."""
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""A flag is two of them."""
_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_VIRAMA = 9
"""Unicode's combining class of the marks that join two consonants, as in Hindi."""

_ITEMS, _FACTS = "items.txt", "text.json"


class TooLittleTextError(InvalidInputError):
    """A text has too few characters or items to learn from."""


@dataclass(frozen=True, slots=True)
class EncodedItems:
    """Some items as ids in a file, each item ending with the id of a line break.

    Attributes:
        ids: shape (characters,), mapped from disk: only what is read takes memory.
        starts: where each item starts in `ids`, and at last where they end; shape (items + 1,).
    """

    ids: npt.NDArray[np.uint16]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self.starts) - 1

    def read(self, index: int) -> Ids:
        """Read the ids of one item, its line break included."""
        return np.asarray(self.ids[self.starts[index] : self.starts[index + 1]], np.int32)


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What is known of a prepared text.

    Attributes:
        characters: the vocabulary's, in the order of their ids.
        size: characters of the whole text, line breaks included.
        items: how many items there are.
        duplicates: how many more there were.
        replaced: characters beyond the vocabulary's room, with how often each was folded or dropped.
        held_out_starts: the first words of some held-out items: seeds in the text's own manner.
    """

    characters: str
    size: int
    items: int
    duplicates: int
    replaced: dict[str, int]
    held_out_starts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingText:
    """Items to learn from and items held out, in a folder.

    Attributes:
        facts: its size, its vocabulary, and what was done to it.
        learned: what is to be learned.
        held_out: what the network is measured by.
    """

    facts: TextFacts
    learned: EncodedItems
    held_out: EncodedItems

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters as a vocabulary."""
        return Vocabulary(self.facts.characters)

    @classmethod
    def prepare(cls, items: Iterable[str], folder: Path, choose: Callable[[Counter[str]], Vocabulary]) -> TrainingText:
        """Prepare `items` in `folder`, which exists; they are read once, and need not fit into memory.

        Args:
            items: one-line strings.
            folder: where the files go.
            choose: chooses the vocabulary by how often each character occurs.

        Raises:
            TooLittleTextError: there are too few characters or items.
            OSError: there is no room on the disk.
        """
        collected = _CollectedItems.collect(items, folder)
        vocabulary = choose(collected.counts)
        starts = collected.write_parts(vocabulary, folder)
        (folder / _ITEMS).unlink()
        learned, held_out = _map_items(folder, "learned"), _map_items(folder, "held-out")
        size = len(learned.ids) + len(held_out.ids)
        if size < FEWEST_CHARACTERS:
            raise TooLittleTextError(f"the text has {size:,} characters: training needs {FEWEST_CHARACTERS:,} or more")
        replaced = {c: n for c, n in collected.counts.most_common() if c not in vocabulary}
        facts = TextFacts(vocabulary.characters, size, collected.kept, collected.duplicates, replaced, starts)
        (folder / _FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
        return cls(facts, learned, held_out)

    @classmethod
    def read(cls, folder: Path) -> TrainingText:
        """Read what `prepare` wrote."""
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        facts["held_out_starts"] = tuple(facts["held_out_starts"])
        return cls(TextFacts(**facts), _map_items(folder, "learned"), _map_items(folder, "held-out"))


def take_most_frequent(counts: Counter[str]) -> Vocabulary:
    """Return a vocabulary of the characters that occur, sorted; of the most frequent where they are too many."""
    frequent = [character for character, _ in counts.most_common(MAX_VOCABULARY - 1)]
    return Vocabulary("".join(sorted(frequent)))


def extend_vocabulary(vocabulary: Vocabulary, counts: Counter[str]) -> Vocabulary:
    """Add as many new characters to a vocabulary, behind its own, as have room: the most frequent ones."""
    new = [character for character, _ in counts.most_common() if character not in vocabulary]
    return Vocabulary(vocabulary.characters + "".join(sorted(new[: MAX_VOCABULARY - len(vocabulary)])))


def split_items(items: Iterable[str]) -> tuple[list[str], list[str]]:
    """Split items in memory into those to learn and those held out, as `TrainingText.prepare` does."""
    different = list(dict.fromkeys(items))
    is_held_out = choose_held_out(np.frombuffer(b"".join(map(_digest, different)), np.uint64))
    return list(compress(different, ~is_held_out)), list(compress(different, is_held_out))


def choose_held_out(digests: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Return which items are held out, by their digests: one of `HELD_OUT_EVERY` on average, and always one."""
    is_held_out: npt.NDArray[np.bool_] = digests % HELD_OUT_EVERY == 0
    if len(digests) and not is_held_out.any():
        is_held_out[digests.argmin()] = True
    return is_held_out


def _digest(item: str) -> bytes:
    """Return eight bytes that stand for an item, so that memory need not hold the text."""
    return blake2b(item.encode(), digest_size=8).digest()


class _CollectedItems:
    """The items as they came, in a file, and which of them are duplicates."""

    def __init__(self, path: Path, counts: Counter[str], digests: npt.NDArray[np.uint64]) -> None:
        self._path = path
        self.counts = counts
        first = np.unique(digests, return_index=True)[1]
        self._is_first = np.zeros(len(digests), np.bool_)
        self._is_first[first] = True
        self.kept = len(first)
        self.duplicates = len(digests) - self.kept
        self._is_held_out = choose_held_out(digests[self._is_first])

    @classmethod
    def collect(cls, items: Iterable[str], folder: Path) -> _CollectedItems:
        digests = array("Q")
        counts: Counter[str] = Counter()
        path = folder / _ITEMS
        with path.open("w", encoding="utf-8", newline=LINE_BREAK) as file:
            for item in items:
                line = item + LINE_BREAK
                digests.frombytes(_digest(item))
                counts.update(line)
                file.write(line)
        collected = cls(path, counts, np.frombuffer(digests, np.uint64))
        if collected.kept < HELD_OUT_EVERY:
            raise TooLittleTextError(
                f"the text has {collected.kept} different lines: it takes {HELD_OUT_EVERY} or more, one item a line"
            )
        return collected

    def _read_items(self) -> Iterator[str]:
        with self._path.open(encoding="utf-8", newline=LINE_BREAK) as file:
            for is_first, line in zip(self._is_first, file, strict=True):
                if is_first:
                    yield line

    def write_parts(self, vocabulary: Vocabulary, folder: Path) -> tuple[str, ...]:
        """Write the items to learn and those held out; return how some of the latter start."""
        has_unknown = any(character not in vocabulary for character in self.counts)
        every = max(1, int(self._is_held_out.sum()) // STARTS)
        starts: list[str] = []
        measured = 0
        with _ItemsWriter(folder, "learned") as learned, _ItemsWriter(folder, "held-out") as held_out:
            for is_held_out, item in zip(self._is_held_out, self._read_items(), strict=True):
                known = vocabulary.fold(item) if has_unknown else item
                if not is_held_out:
                    learned.add(vocabulary.encode(known))
                    continue
                held_out.add(vocabulary.encode(known))
                measured += 1
                if len(starts) < min(STARTS, measured // every):
                    start = first_words(known)
                    starts += [start] if vocabulary.reads(start) and start not in starts else []
        return tuple(starts)


def first_words(item: str, longest: int = 40) -> str:
    """Return the first words of an item, with the blank behind them: a seed in its manner.

    Where there are no blanks, as in Japanese and in a list of names, it is the first third of its characters, eight at
    most.
    """
    head = item.strip()[:longest].strip()
    if " " in head:
        return head.rpartition(" ")[0].strip() + " "
    return _cut_between_characters(head, max(1, min(8, len(head) // 3)))


def _cut_between_characters(text: str, place: int) -> str:
    """Cut a text at `place`, or behind it where what people see as one character would be cut in two.

    It is roughly what https://www.unicode.org/reports/tr29/ says of grapheme clusters.
    """
    while place < len(text) and _belong_together(text[place - 1], text[place]):
        place += 1
    flags = len(text[:place]) - len(text[:place].rstrip(_FLAG_LETTERS))
    return text[: place + flags % 2]


def _belong_together(character: str, following: str) -> bool:
    return (
        unicodedata.category(following) in {"Mn", "Mc", "Me", "Cf"}  # marks, joiners, tags of flags
        or following in _SKIN_TONES
        or character == ZERO_WIDTH_JOINER
        or unicodedata.combining(character) == _VIRAMA
    )


class _ItemsWriter:
    """Write `EncodedItems`, one by one."""

    def __init__(self, folder: Path, name: str) -> None:
        self._ids, self._index = _name_files(folder, name)
        self._starts = array("q", [0])

    def __enter__(self) -> Self:
        self._file: BinaryIO = self._ids.open("wb")
        return self

    def add(self, ids: Ids) -> None:
        self._file.write(ids.astype(np.uint16).tobytes())
        self._starts.append(self._starts[-1] + len(ids))

    def __exit__(self, *_: object) -> None:
        self._file.close()
        np.save(self._index, np.frombuffer(self._starts, np.int64))


def _map_items(folder: Path, name: str) -> EncodedItems:
    ids, index = _name_files(folder, name)
    return EncodedItems(np.memmap(ids, np.uint16, mode="r"), np.load(index))


def _name_files(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.ids", folder / f"{name}.npy"
