"""Measure a text by its words: whether they exist, how various their order is, how often it repeats.

What is a word says `bot.generation.learned_text.split_words`; the rest is neither right nor wrong, and left out of all
counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORD_LISTS = (
    Path("/usr/share/dict/american-english-large"),
    Path("/usr/share/dict/american-english"),
    Path("/usr/share/dict/words"),
)
"""Where Debian's packages wamerican-large and wamerican put a list, the largest first."""
BLOCK = 1000
"""A repetition counts within so many words."""
TRIGRAM, REPEATED = 3, 4

_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ily", "y"),
    ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("er", ""), ("er", "e"),
    ("est", ""), ("est", "e"),
)  # fmt: skip
_DOUBLING = {"ed", "ing", "er", "est"}
_BEGINNINGS = ("un", "re", "non")
_SHORTEST_STEM = 3
_SHORTEST_AFTER_BEGINNING = 4


@dataclass(frozen=True)
class WordShares:
    """Shares, 0 to 1, of what `measure_words` counts.

    Attributes:
        words: how many words were looked at.
        in_list: words of the word list and what is derived from them; None without a list.
        known: words of the list, or of the text that was learned.
        distinct_trigrams: different runs of three words, of all such runs.
        repeated: runs of four words that stood in the same `BLOCK` words before, of all such runs.
    """

    words: int
    in_list: float | None
    known: float
    distinct_trigrams: float
    repeated: float


class WordList:
    """Words that exist, and what English derives from them by its regular endings.

    What a large list lacks is mostly such a word. The endings are taken as they come: "stoping" passes like "stopping".

    Args:
        words: as a word list has them; upper case does not matter.
        name: of the file that they are from.
    """

    def __init__(self, words: Iterable[str], name: str = "") -> None:
        self.name = name
        self._words = frozenset(word.strip().lower() for word in words) - {""}
        self._real = lru_cache(maxsize=None)(self._is_real)

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._real(word.lower())

    def _is_real(self, word: str) -> bool:
        if word in self._words:
            return True
        if "-" in word:
            return all(part in self._words or part in self for part in word.split("-"))
        whole = word.removesuffix("'s").removesuffix("'")
        return whole in self._words or self._is_derived(whole)

    def _is_derived(self, word: str) -> bool:
        if any(stem in self._words for stem in _stems(word)):
            return True
        rests = (word.removeprefix(beginning) for beginning in _BEGINNINGS if word.startswith(beginning))
        return any(len(rest) >= _SHORTEST_AFTER_BEGINNING and rest in self._words for rest in rests)


def _stems(word: str) -> Iterator[str]:
    """Yield what the word may be derived from by one of the endings."""
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < _SHORTEST_STEM:
            continue
        yield stem + instead
        if ending in _DOUBLING and not instead and stem[-1] == stem[-2]:
            yield stem[:-1]  # stopped, from stop


def measure_words(words: Sequence[str], real: WordList | None, learned: frozenset[str]) -> WordShares:
    """Measure the words of a text.

    Shares of what is distinct or repeated depend on how much text there is: compare only equal numbers of words.
    Sources: distinct n-grams as in Li et al., A diversity-promoting objective function for neural conversation
    models, NAACL 2016; repeated 4-grams as seq-rep-4 in Welleck et al., Neural text generation with unlikelihood
    training, ICLR 2020.

    Args:
        words: as `split_words` gives them.
        real: the word list, where there is one.
        learned: the words of the text that the model learned.
    """
    listed = [real is not None and word in real for word in words]
    known = [in_list or word in learned for word, in_list in zip(words, listed, strict=True)]
    trigrams = _split_into_runs(words, TRIGRAM)
    blocks = [_split_into_runs(words[start : start + BLOCK], REPEATED) for start in range(0, len(words), BLOCK)]
    return WordShares(
        words=len(words),
        in_list=None if real is None else _share(sum(listed), len(words)),
        known=_share(sum(known), len(words)),
        distinct_trigrams=_share(len(set(trigrams)), len(trigrams)),
        repeated=_share(sum(len(runs) - len(set(runs)) for runs in blocks), sum(map(len, blocks))),
    )


def _split_into_runs(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(length)), strict=False))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
