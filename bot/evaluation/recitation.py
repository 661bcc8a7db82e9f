"""Measure how much of a text stands word for word in the text that was learned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.generation.learned_text import RECITED, Hashes, Points, hash_windows

_CHUNK = 1 << 20


def recited_share(items: Sequence[str], learned: Sequence[str], window: int = RECITED) -> float:
    """Return the share of all runs of `window` characters within `items` that stand in a learned item.

    Runs across the end of an item do not count: training shuffles the items.

    Returns:
        0 to 1; 0 where no item is long enough.
    """
    points, inside = _mark_windows(items, window)
    starts = np.flatnonzero(inside)
    if not len(starts):
        return 0.0
    wanted, which = np.unique(hash_windows(points, window)[starts], return_inverse=True)
    text, learnable = _mark_windows(learned, window)
    found = _find_windows(wanted, text, learnable, window)[which]
    # A hash may be right by chance: only the characters themselves prove it.
    candidates = np.flatnonzero(found >= 0)
    offsets = np.arange(window)
    proven = 0
    for chunk in np.array_split(candidates, max(1, len(candidates) // 100_000)):
        ours, theirs = (where[chunk][:, None] + offsets for where in (starts, found))
        proven += int((points[ours] == text[theirs]).all(axis=1).sum())
    return proven / len(starts)


def _mark_windows(items: Sequence[str], window: int) -> tuple[Points, npt.NDArray[np.bool_]]:
    """Return the items' characters, one item after the other, and where a window starts that lies within one item."""
    points = np.frombuffer("".join(items).encode("utf-32-le"), np.uint32)
    inside = np.zeros(len(points), np.bool_)
    start = 0
    for item in items:
        inside[start : start + max(0, len(item) - window + 1)] = True
        start += len(item)
    return points, inside


def _find_windows(wanted: Hashes, text: Points, learnable: npt.NDArray[np.bool_], window: int) -> npt.NDArray[np.int64]:
    """Return for each of the sorted hashes where a window of the text has it, or -1."""
    found = np.full(len(wanted), -1, np.int64)
    for start in range(0, len(text), _CHUNK):
        hashes = hash_windows(text[start : start + _CHUNK + window - 1], window)[:_CHUNK]
        nearest = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
        hits = np.flatnonzero((wanted[nearest] == hashes) & learnable[start : start + _CHUNK])
        found[nearest[hits]] = hits + start
    return found
