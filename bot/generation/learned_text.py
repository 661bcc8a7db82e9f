"""Remember of the text that a model learned what its drafts are judged by.

That is its words, which words follow each other, and what must not be recited. None of it gives the text back: the
words stand in alphabetical order, of a passage there is a number, and of words that follow each other a few bits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save_file

from bot.errors import ModelError
from bot.generation.guarded_files import MB, read_guarded, refuse_damaged
from bot.generation.phrases import PhraseCollector, Phrases

LEARNED_FILE: Final = "learned.safetensors"
MAX_LEARNED_BYTES: Final = 64 * MB
RECITED: Final = 40
"""So many characters in a row make a recitation: more than common phrases have."""
GRAM: Final = 33
"""Characters that a fingerprint stands for."""
MOST_REMEMBERED: Final = 2_000_000
"""Characters of a text whose passages are remembered; a network cannot learn a longer one by heart."""
OFTEN: Final = 2
"""In a text longer than that, a word counts from so many times on: misprints stand once."""

Points = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’\-][^\W\d_]+)*(?![^\W_])")
_SINGLE = frozenset("aio")
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying by it loses nothing, and of no pattern


@dataclass(frozen=True, slots=True)
class LearnedText:
    """What is remembered of a text.

    Attributes:
        words: the words that occur, in lower case.
        passages: fingerprints of its passages, sorted, shape (fingerprints,).
        phrases: the runs of words that it has.
    """

    words: frozenset[str]
    passages: npt.NDArray[np.uint32]
    phrases: Phrases = field(default_factory=Phrases.none)

    @classmethod
    def collect(cls, items: Iterable[str]) -> Self:
        """Remember what matters of some items, which are read once."""
        counts: Counter[str] = Counter()
        passages: list[npt.NDArray[np.uint32]] = []
        phrases = PhraseCollector()
        size = 0
        for item in items:
            counts.update(split_words([item]))
            phrases.add(item)
            size += len(item)
            if size <= MOST_REMEMBERED:
                passages.append(fingerprint(item))
        if size > MOST_REMEMBERED:
            words = frozenset(word for word, count in counts.items() if count >= OFTEN)
            return cls(words, np.empty(0, np.uint32), phrases.collect())
        marks = np.unique(np.concatenate(passages or [np.empty(0, np.uint32)]))
        return cls(frozenset(counts), marks, phrases.collect())

    @classmethod
    def nothing(cls) -> Self:
        """Return what is remembered of no text."""
        return cls(frozenset(), np.empty(0, np.uint32))

    def equals(self, other: LearnedText) -> bool:
        """Return whether the same is remembered there."""
        return (
            self.words == other.words
            and np.array_equal(self.passages, other.passages)
            and np.array_equal(self.phrases.bits, other.phrases.bits)
        )

    def recites(self, text: str) -> bool:
        """Return whether the text has a passage of `RECITED` characters, or a little less, of what was learned."""
        marks = fingerprint(text)
        if not len(self.passages) or not len(marks):
            return False
        nearest = np.minimum(np.searchsorted(self.passages, marks), len(self.passages) - 1)
        return bool((self.passages[nearest] == marks).any())

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read what lies in a model's folder; return None if nothing does.

        Raises:
            ModelError: it cannot be read.
        """
        path = folder / LEARNED_FILE
        try:
            with refuse_damaged(path):
                arrays = load(read_guarded(path, MAX_LEARNED_BYTES))
                words, passages = arrays["words"].tobytes().decode(), arrays["passages"]
                phrases = arrays.get("phrases", np.empty(0, np.uint8))  # folders made before there were any have none
        except FileNotFoundError:
            return None
        if passages.dtype != np.uint32 or passages.ndim != 1:
            raise ModelError(f"{path} cannot be read: its passages are {passages.dtype} of shape {passages.shape}")
        if phrases.dtype != np.uint8 or phrases.ndim != 1:
            raise ModelError(f"{path} cannot be read: its phrases are {phrases.dtype} of shape {phrases.shape}")
        return cls(frozenset(words.split("\n")), passages, Phrases(phrases))

    def write(self, folder: Path) -> None:
        """Write it to a model's folder.

        Raises:
            OSError: there is no room, or no permission.
        """
        words = np.frombuffer("\n".join(sorted(self.words)).encode(), np.uint8)
        arrays: dict[str, npt.NDArray[Any]] = {"words": words, "passages": self.passages, "phrases": self.phrases.bits}
        save_file(arrays, folder / LEARNED_FILE)


def split_words(items: Iterable[str]) -> list[str]:
    """Return the words of the items in lower case, in their order.

    A word is a run of letters, with apostrophes and hyphens inside. Numbers, and single letters other than a, i and o
    (initials, "n." for noun), are no words.
    """
    found = (word.lower().replace("’", "'") for item in items for word in _WORD.findall(item))
    return [word for word in found if len(word) > 1 or word in _SINGLE]


def fingerprint(text: str) -> npt.NDArray[np.uint32]:
    """Return numbers of which two texts share one at least if they share `RECITED` characters in a row.

    Of every few runs of `GRAM` characters the one with the smallest hash is taken, so that a passage has the same
    fingerprints wherever it stands. Capitals do not matter.

    Source: S. Schleimer, D. S. Wilkerson, A. Aiken, Winnowing: local algorithms for document fingerprinting, 2003.
    """
    points = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    if len(points) < RECITED:
        return np.empty(0, np.uint32)
    hashes = (hash_windows(points, GRAM)[: len(points) - GRAM + 1] >> np.uint64(32)).astype(np.uint32)
    return np.unique(np.lib.stride_tricks.sliding_window_view(hashes, RECITED - GRAM + 1).min(axis=1))


def hash_windows(points: Points, window: int) -> Hashes:
    """Return a polynomial of each window modulo 2^64, shape (len(points),); the last ones are of no whole window.

    A polynomial of k characters and one of m make that of k + m, so it takes few passes: k doubles in each.
    """
    mixed = (points.astype(np.uint64) + np.uint64(1)) * _BASE
    mixed ^= mixed >> np.uint64(29)
    total, length = np.zeros(len(points), np.uint64), 0
    power, size = mixed, 1
    while True:
        if window & size:
            total = _append_hashes(total, power, length, size)
            length += size
        if length == window:
            return total
        power, size = _append_hashes(power, power, size, size), 2 * size


def _append_hashes(head: Hashes, tail: Hashes, head_length: int, tail_length: int) -> Hashes:
    factor = np.uint64(pow(int(_BASE), tail_length, 1 << 64))
    joined = head * factor
    reach = max(0, len(head) - head_length)
    joined[:reach] += tail[head_length : head_length + reach]
    return joined
