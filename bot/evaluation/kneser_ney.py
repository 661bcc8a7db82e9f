"""Predict text by a character n-gram with modified Kneser-Ney smoothing, the strongest simple model to compare with.

Sources: R. Kneser and H. Ney, Improved backing-off for m-gram language modeling, ICASSP 1995; S. F. Chen and
J. Goodman, An empirical study of smoothing techniques for language modeling, Computer Speech and Language 13, 1999
(the interpolated, modified form: equations 26 to 28).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
"""n-grams as numbers in base `len(alphabet)`, the first character the most significant."""
Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ORDERS = (5, 6, 7, 8, 9)
"""The orders to choose from; an order of n predicts a character by the n - 1 before it."""
MOST_LEARNED = 20_000_000
"""At most so many characters are learned from, the last of the text: about 2 GB of memory."""


@dataclass(frozen=True)
class _Level:
    """One order's counts: for each n-gram its discounted count, for each context what all of it comes to.

    Attributes:
        grams: those that occur, sorted, shape (n,).
        kept: their counts less the discount, shape (n,).
        contexts: the first order - 1 characters of them, sorted, shape (m,).
        totals: the counts of all that follows a context, shape (m,).
        freed: the sum of what was discounted there, shape (m,), for the next lower order to spread.
    """

    grams: Keys
    kept: Floats
    contexts: Keys
    totals: Floats
    freed: Floats

    @classmethod
    def discount(cls, grams: Keys, counts: Counts, base: int) -> _Level:
        discounts = _estimate_discounts(counts)[np.minimum(counts, 3)]
        contexts, starts = np.unique(grams // np.uint64(base), return_index=True)
        totals = np.add.reduceat(counts, starts).astype(np.float64)
        return cls(grams, counts - discounts, contexts, totals, np.add.reduceat(discounts, starts))

    def interpolate(self, grams: Keys, lower: Floats, base: int) -> Floats:
        """Return the probability of each n-gram's last character after the rest, by `lower` where it was not seen."""
        context, known = _locate(self.contexts, grams // np.uint64(base))
        gram, seen = _locate(self.grams, grams)
        kept = np.where(seen, self.kept[gram], 0.0)
        return np.where(known, (kept + self.freed[context] * lower) / self.totals[context], lower)


class KneserNey:
    """n-grams of several orders learned from one text.

    Args:
        text: what to learn from.
        alphabet: every character that has a probability; the text and all that is asked for hold no other.
        orders: which orders to answer for, each 1 or more; those too high for the alphabet are left out.
        on_progress: is called with the share of the learning that is done.
        most_learned: of a longer text so many characters are learned, the last ones.
    """

    def __init__(
        self,
        text: str,
        alphabet: str,
        orders: tuple[int, ...] = ORDERS,
        on_progress: Callable[[float], None] = lambda _: None,
        most_learned: int = MOST_LEARNED,
    ) -> None:
        self._alphabet = "".join(sorted(set(alphabet)))
        highest = int(64 / np.log2(max(len(self._alphabet), 2)))
        self.orders = tuple(order for order in sorted(orders) if order <= highest)
        self.learned = min(len(text), most_learned)
        ids = self._encode(text[-most_learned:])
        self._lower: list[_Level] = []
        self._highest: dict[int, _Level] = {}
        for order in range(1, max(self.orders) + 1):
            grams, counts = np.unique(self._encode_grams(ids, order), return_counts=True)
            if order > 1:
                self._lower.append(self._count_continuations(grams, order - 1))
            if order in self.orders:
                self._highest[order] = _Level.discount(grams, counts, self._base)
            on_progress(order / max(self.orders))

    @property
    def _base(self) -> int:
        return len(self._alphabet)

    def likelihoods(self, text: str) -> Floats:
        """Return the probability of each character of `text` after its first, shape (orders, len(text) - 1).

        Before the text, as before what was learned, stand line breaks (or the first character in the alphabet).
        """
        ids = self._encode(text)
        lower = np.full(len(ids) - 1, 1 / self._base)
        answers = []
        for order in range(1, max(self.orders) + 1):
            grams = self._encode_grams(ids, order)[1:]
            if order in self._highest:
                answers.append(self._highest[order].interpolate(grams, lower, self._base))
            if order <= len(self._lower):
                lower = self._lower[order - 1].interpolate(grams, lower, self._base)
        return np.stack(answers)

    def bits_per_character(self, text: str) -> dict[int, float]:
        """Return for each order the mean of -log2 of the probability of the characters of `text` after its first."""
        bits = -np.log2(self.likelihoods(text)).mean(axis=1)
        return dict(zip(self.orders, map(float, bits), strict=True))

    def _encode(self, text: str) -> Keys:
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        return np.searchsorted(np.frombuffer(self._alphabet.encode("utf-32-le"), np.uint32), points).astype(np.uint64)

    def _encode_grams(self, ids: Keys, order: int) -> Keys:
        """Return the n-gram that ends at each character, shape (len(ids),)."""
        padded = np.concatenate([np.zeros(order - 1, np.uint64), ids])
        grams = np.zeros(len(ids), np.uint64)
        for index in range(order):
            grams = grams * np.uint64(self._base) + padded[index : index + len(ids)]
        return grams

    def _count_continuations(self, grams: Keys, order: int) -> _Level:
        """Return the level below distinct n-grams: how many different characters stand before each of its own."""
        # A lower order is asked where the higher one knows little: a character then is as likely as the contexts
        # it was seen in are many, not as it was frequent. That is the point of Kneser and Ney.
        ends = grams % np.uint64(self._base**order)
        different, counts = np.unique(ends, return_counts=True)
        return _Level.discount(different, counts, self._base)


def _estimate_discounts(counts: Counts) -> Floats:
    """Return what is taken off a count of 0, 1, 2, and 3 or more: Chen and Goodman's estimates, shape (4,)."""
    n1, n2, n3, n4 = (int((counts == times).sum()) for times in (1, 2, 3, 4))
    if not n1 * n2 * n3 * n4:
        return np.array([0.0, 0.75, 0.75, 0.75])  # too little text to estimate by: the customary constant
    share = n1 / (n1 + 2 * n2)
    estimates = [0.0, 1 - 2 * share * n2 / n1, 2 - 3 * share * n3 / n2, 3 - 4 * share * n4 / n3]
    return np.clip(estimates, [0.0, 0.05, 0.05, 0.05], [0.0, 0.95, 1.95, 2.95])


def _locate(table: Keys, keys: Keys) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Return where each key stands in the sorted table, and whether it does."""
    index = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return index, table[index] == keys
