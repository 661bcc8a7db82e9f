"""Hold a worker at a gate, so that tests decide when it goes on writing."""

from __future__ import annotations

import threading

import numpy.typing as npt

from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids
from tests.support.random_models import NumpyCopy


class Gate(NumpyCopy):
    """A copy that waits before each chunk until it is let through."""

    opened = threading.Event()
    reached = threading.Event()

    @classmethod
    def close(cls) -> None:
        """Start anew: no copy has reached the gate, and none is let through."""
        cls.opened, cls.reached = threading.Event(), threading.Event()

    def advance(self, forced: Ids, uniforms: npt.NDArray, sampling: Sampling) -> Ids:  # type: ignore[type-arg]
        Gate.reached.set()
        assert Gate.opened.wait(20)
        return super().advance(forced, uniforms, sampling)
