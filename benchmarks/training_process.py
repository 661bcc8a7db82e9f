"""Measure one way of training in a process of its own: `python -m benchmarks.training_process WAY ROWS PROCESSORS`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import import_module

UNITS, EMBEDDING, STEPS, VOCABULARY = 512, 64, 64, 85
SECONDS = 4.0
MAKERS = {
    "charla": "training_learner:charla",
    "keras": "training_learner:keras_layers",
    "peak": "training_learner:product",
    "torch": "training_torch:torch_lstm",
}
"""By the way's name, in `benchmarks.peers`, what makes its `Step` for so many rows."""
Step = tuple[Callable[[], object], float]
"""What is timed, and how much one call of it gets done."""


def main(way: str, rows: int, processors: int) -> None:
    """Print how much a way gets done a second on so many processors."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])
    module, _, name = MAKERS[way].partition(":")
    step, amount = getattr(import_module(f"benchmarks.peers.{module}"), name)(rows)
    for _ in range(2):  # what is compiled is compiled then
        step()
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        step()
        count += 1
    sys.stdout.write(f"{count * amount / (time.perf_counter() - started)}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
