"""Define the protocol between the decode loop (`bot.generation.decode`) and an engine."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids

CHUNK: Final = 128
"""How many characters a call advances a copy at most: enough to hide the call's cost, few enough to cancel soon."""

ROW_COUNTS: Final = (1, 10)
"""The row counts that a copy is compiled for. A request's options choose one, never the load: results of
different row counts differ in the last bits, and the same request must always give the same text."""

FREE: Final = -1
"""Instead of a forced id: read what was sampled last."""

_LARGEST_UNIFORM: Final = np.nextafter(np.float32(1), np.float32(0))


class Steps:
    """A call's steps, filled up to a whole chunk, so that the compiled loop always gets arrays of the same shape.

    Attributes:
        count: how many steps to advance by, at most `CHUNK`.
        forced: shape (CHUNK, rows), int32.
        uniforms: shape (CHUNK, rows), float32, each below 1.
    """

    def __init__(self, forced: Ids, uniforms: npt.NDArray[np.float64]) -> None:
        rows, self.count = forced.shape
        self.forced = np.zeros((CHUNK, rows), np.int32)
        self.forced[: self.count] = forced.T
        self.uniforms = np.zeros((CHUNK, rows), np.float32)
        self.uniforms[: self.count] = np.minimum(uniforms.T.astype(np.float32), _LARGEST_UNIFORM)  # might round to 1


class StatefulCopy(Protocol):
    """A worker's own network with its own recurrent state. Not thread-safe: one worker, one copy."""

    engine: str
    """The engine's name, as shown to users."""

    def reset(self, rows: int) -> None:
        """Forget what was read; from now on advance `rows` rows, one of `ROW_COUNTS`."""

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        """Read some characters, and sample the next one after each.

        Args:
            forced: what to read at each step, shape (rows, steps), 1 to `CHUNK` steps: an id, or `FREE`.
            uniforms: random numbers in [0, 1), one for each id sampled, shape (rows, steps).
            sampling: how to sample.

        Returns:
            The id sampled after each step, shape (rows, steps).
        """
