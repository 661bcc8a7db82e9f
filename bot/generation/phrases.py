"""Remember which runs of words a text has, so that drafts can be preferred whose words go together as they do there."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

import numpy as np
import numpy.typing as npt

PHRASE: Final = 3
"""Words of a phrase; punctuation, and the start and the end of a text, count as words."""
MOST_REMEMBERED: Final = 5_000_000
"""Characters of a text whose phrases are remembered."""
BITS: Final = 8
"""Bits for each phrase."""
PROBES: Final = 5
"""Bits that each phrase sets: one phrase in fifty that was never there is taken for one that was."""

_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")
_EDGE = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """A Bloom filter of a text's phrases: it knows each of them, and takes few others for one.

    Source: B. H. Bloom, Space/time trade-offs in hash coding with allowable errors, 1970; with two hashes for all
    probes: A. Kirsch, M. Mitzenmacher, Less hashing, same performance: building a better Bloom filter, 2008.

    Attributes:
        bits: eight to a byte, shape (bytes,); empty where nothing is remembered.
    """

    bits: npt.NDArray[np.uint8]

    @classmethod
    def none(cls) -> Self:
        """Return what remembers nothing, and finds no phrase new."""
        return cls(np.empty(0, np.uint8))

    def count_new(self, text: str, after: str = "") -> int:
        """Return how many phrases of a text are not known.

        Args:
            text: what is looked at.
            after: what stands before it: only phrases that reach into the text count.
        """
        if not len(self.bits):
            return 0
        known = len(_WORD.findall(after))
        phrases = list(_split_phrases(f"{after}{text}"))[known:]
        pairs = np.frombuffer(b"".join(map(_digest, phrases)), np.uint64).reshape(-1, 2)
        places = _probe(pairs, 8 * len(self.bits))
        is_set = self.bits[places // 8] >> (7 - places % 8).astype(np.uint8) & 1
        return int((~is_set.astype(np.bool_).all(axis=1)).sum())


class PhraseCollector:
    """Collects the phrases of a text, item by item."""

    def __init__(self) -> None:
        self._digests = array("Q")  # two for each phrase
        self._size = 0

    def add(self, item: str) -> None:
        """Remember the phrases of one more item."""
        self._size += len(item)
        if self._size <= MOST_REMEMBERED:
            for phrase in _split_phrases(item):
                self._digests.frombytes(_digest(phrase))

    def collect(self) -> Phrases:
        """Return all phrases; none where the text had more than `MOST_REMEMBERED` characters."""
        if self._size > MOST_REMEMBERED:
            return Phrases.none()
        pairs = np.unique(np.frombuffer(self._digests, np.uint64).reshape(-1, 2), axis=0)
        bits = np.zeros(max(len(pairs) * BITS // 8, 1) * 8, np.uint8)
        bits[_probe(pairs, len(bits))] = 1
        return Phrases(np.packbits(bits))


def _split_phrases(text: str) -> Iterator[str]:
    """Yield each run of `PHRASE` words of a text in lower case, its start and its end among them."""
    words = [_EDGE] * (PHRASE - 1) + _WORD.findall(text.lower()) + [_EDGE]
    for place in range(len(words) - PHRASE + 1):
        yield " ".join(words[place : place + PHRASE])


def _digest(phrase: str) -> bytes:
    """Return two hashes of eight bytes each."""
    return blake2b(phrase.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _probe(pairs: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.uint64]:
    """Return the places of the bits of each pair of hashes, shape (pairs, PROBES)."""
    first, second = pairs[:, :1], pairs[:, 1:] | np.uint64(1)
    return np.asarray((first + second * np.arange(PROBES, dtype=np.uint64)) % np.uint64(size), np.uint64)
