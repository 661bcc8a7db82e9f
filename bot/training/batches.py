"""Cut a text into batches for a stateful network: contiguous rows, each going on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bot.generation.vocabulary import Ids
from bot.training.training_text import EncodedItems

Batch = tuple[Ids, Ids]
"""Ids to read, and those that follow each of them, both of shape (rows, steps)."""


class ItemStream:
    """The items of a text in some order, as one run of ids that starts with a line break.

    Args:
        part: the items.
        line_break: the id that ends each of them.
        order: the items' indices in the order to read them in; as they are by default.
    """

    def __init__(self, part: EncodedItems, line_break: int, order: npt.NDArray[np.intp] | None = None) -> None:
        self._part = part
        self._order = np.arange(len(part)) if order is None else order
        lengths = np.diff(part.starts)[self._order]
        # The line break before the first item is the end of an item before it.
        self._ends = np.concatenate(([0], np.cumsum(lengths))) + 1
        self._line_break = line_break

    def __len__(self) -> int:
        return int(self._ends[-1])

    def read(self, start: int, stop: int) -> Ids:
        """Read the ids from `start` up to `stop` from disk."""
        pieces = [np.full(1, self._line_break, np.int32)] if start == 0 else []
        position = max(start, 1)
        index = int(np.searchsorted(self._ends, position, side="right")) - 1
        while position < stop:
            item = self._part.read(int(self._order[index]))
            offset = position - int(self._ends[index])
            piece = item[offset : offset + stop - position]
            pieces.append(piece)
            position += len(piece)
            index += 1
        return np.concatenate(pieces)


def count_batches(characters: int, rows: int, steps: int) -> int:
    """Return how many batches of rows x steps so many ids make; what does not fill one is left out."""
    return (characters - 1) // (rows * steps)


def read_batches(stream: ItemStream, rows: int, steps: int, first: int = 0) -> Iterator[Batch]:
    """Yield the batches of a stream from number `first` on: each row goes on where it stopped in the batch before."""
    count = count_batches(len(stream), rows, steps)
    for number in range(first, count):
        starts = [(row * count + number) * steps for row in range(rows)]
        cut = np.stack([stream.read(start, start + steps + 1) for start in starts])
        yield cut[:, :-1], cut[:, 1:]
