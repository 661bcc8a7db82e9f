"""Define what a writer is, and write with a network of another library that is called for every character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bot.generation.decode import uniform_stream
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import Ids, Vocabulary

Floats = npt.NDArray[np.floating]


class Writer(Protocol):
    """What a worker of `WritersService` holds."""

    def write(self, requests: Sequence[GenerationRequest]) -> list[str]:
        """Write the requests as one batch. They differ in their random seeds alone, and ask for one text each."""


class StepNetwork(Protocol):
    """A stateful network that is called for every character; the caller samples."""

    def reset(self, rows: int) -> None:
        """Forget what was read, and read `rows` texts at a time from now on."""

    def step(self, ids: Ids) -> Floats:
        """Read an id for each row, shape (rows,); return the logits of the next, shape (rows, vocabulary)."""


class StepWriter:
    """Writes with a network that is called for every character, and samples with NumPy, all rows at once."""

    def __init__(self, network: StepNetwork, vocabulary: Vocabulary) -> None:
        self._network = network
        self._vocabulary = vocabulary

    def write(self, requests: Sequence[GenerationRequest]) -> list[str]:
        """See `Writer.write`."""
        request, rows = requests[0], len(requests)
        uniforms = np.stack([uniform_stream(each.random_seed, 0).random(each.length) for each in requests], axis=1)
        seed = self._vocabulary.encode(request.seed)
        self._network.reset(rows)
        # Prime the network: read all of the seed but its last character.
        for character in seed[:-1]:
            self._network.step(np.full(rows, character))
        # Read an id in each row, and sample the next.
        ids = np.full(rows, seed[-1])
        written = np.empty((rows, request.length), np.int32)
        for index, u in enumerate(uniforms):
            ids = sample_by_partition(self._network.step(ids), request.top_n, u)
            written[:, index] = ids
        return [self._vocabulary.decode(row) for row in written]


def sample_by_partition(logits: Floats, top_n: int, uniforms: Floats) -> Ids:
    """Sample an id for every row, as `bot.generation.reference.sample` explains it, without sorting.

    Args:
        logits: shape (rows, vocabulary).
        top_n: how many of the likeliest ids to keep, 1 or more. Of ids as likely as the last one kept, any may be kept.
        uniforms: random numbers in [0, 1), shape (rows,).

    Returns:
        Ids of shape (rows,).
    """
    rows, top_n = np.arange(len(logits)), min(top_n, logits.shape[1])
    kept = np.argpartition(logits, -top_n, axis=1)[:, -top_n:]
    kept.sort(axis=1)
    likely = logits[rows[:, None], kept]
    reached = np.exp(likely - likely.max(axis=1, keepdims=True)).cumsum(axis=1)
    picked = (reached <= uniforms[:, None] * reached[:, -1:]).sum(axis=1)
    return np.asarray(kept[rows, np.minimum(picked, top_n - 1)], np.int32)
