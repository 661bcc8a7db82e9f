"""Measure how close the frequencies of characters, and of pairs of them, come to those of real text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Frequencies = npt.NDArray[np.float64]

MOST_MISSPELLED = 0.02
"""At a recommended top-n, the share of real words may be this much lower than that of real text."""

NOT_MEASURED = (
    "Neither says anything of sense, or of any order beyond two characters and single words: "
    "a text can have every word and every frequency right, and mean nothing."
)


@dataclass(frozen=True)
class Closeness:
    """How far two texts are apart: 0 for the same frequencies, 1 for nothing in common.

    Attributes:
        character_variation: total variation distance between the characters' frequencies.
        character_divergence: Jensen-Shannon divergence between them, to base 2.
        bigram_variation: as above, of pairs of neighbouring characters.
        bigram_divergence: the same for pairs of characters.
    """

    character_variation: float
    character_divergence: float
    bigram_variation: float
    bigram_divergence: float


def compare_frequencies(text: str, real: str) -> Closeness:
    """Compare the frequencies in two texts, each of two characters or more, line breaks included."""
    characters = _normalise(Counter(text), Counter(real))
    bigrams = _normalise(*(Counter(map("".join, pairwise(of))) for of in (text, real)))
    return Closeness(
        total_variation(*characters), jensen_shannon(*characters), total_variation(*bigrams), jensen_shannon(*bigrams)
    )


def total_variation(p: Frequencies, q: Frequencies) -> float:
    """Return half the sum of |p - q|, the largest difference in any probability; both are of shape (n,)."""
    return float(np.abs(p - q).sum() / 2)


def jensen_shannon(p: Frequencies, q: Frequencies) -> float:
    """Return the mean Kullback-Leibler divergence, in bits, of p and q from their mean (J. Lin, IEEE Trans. IT, 1991).

    Both are of shape (n,); nowhere are both 0.
    """
    return float((_relative_entropy(p, (p + q) / 2) + _relative_entropy(q, (p + q) / 2)) / 2)


def recommend_top_n(closeness: Mapping[int, Closeness], real_words: Mapping[int, float], real_text: float) -> int:
    """Return the top-n to use: the one of those that spell well whose bigrams come closest to real text.

    Closeness alone would nearly always keep all characters, since a character that is cut misses in the frequencies;
    but the unlikeliest characters are also those that words are misspelled with.

    Args:
        closeness: of what was written, by top-n.
        real_words: the share of its words that are real, 0 to 1, by top-n.
        real_text: the share of real words in real text.
    """
    well_spelled = [n for n in closeness if real_words[n] >= real_text - MOST_MISSPELLED]
    if not well_spelled:
        return max(closeness, key=lambda n: (real_words[n], -n))
    return min(well_spelled, key=lambda n: (closeness[n].bigram_divergence, closeness[n].character_divergence, n))


def _normalise(one: Counter[str], other: Counter[str]) -> tuple[Frequencies, Frequencies]:
    keys = sorted(one.keys() | other.keys())
    p, q = (np.array([counter[key] for key in keys], np.float64) for counter in (one, other))
    return p / p.sum(), q / q.sum()


def _relative_entropy(p: Frequencies, q: Frequencies) -> float:
    some = p > 0
    return float((p[some] * np.log2(p[some] / q[some])).sum())
