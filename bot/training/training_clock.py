"""Count the time that a training really gets of the processor: a busy machine or a pause uses up no budget."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

THREADS = Path("/proc/self/task")
INTERVAL = 0.1
"""Seconds after which the threads' waiting is looked at again: on a large machine that takes a millisecond or two."""


class TrainingClock:
    """A clock that goes on while this process computes.

    While other programs have the processor it goes as much slower as the process has less of it, and while the process
    is stopped it stands still. Where nothing else runs it goes as fast as any clock.

    Args:
        wall: returns the time that passes, in seconds.
        processor: returns the seconds that processors have computed for this process, all of its threads together.
        waited: returns the seconds that its threads have waited for a processor, while they had something to compute.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.monotonic,
        processor: Callable[[], float] = time.process_time,
        waited: Callable[[], float] | None = None,
    ) -> None:
        self._sources = wall, processor, waited or read_waiting
        self._last = self._read_sources()
        self._got = 0.0

    def read(self) -> float:
        """Return the seconds that this process has got since the clock was made."""
        if self._sources[0]() - self._last[0] >= INTERVAL:
            now = self._read_sources()
            # A thread that ended takes its waiting with it.
            passed, computed, waited = (max(after - before, 0.0) for after, before in zip(now, self._last, strict=True))
            share = computed / (computed + waited) if computed else 0.0
            # With one thread at work, what it computed is the time that it got, and no process gets more than passes.
            self._got += min(passed * share, computed)
            self._last = now
        return self._got

    def _read_sources(self) -> tuple[float, float, float]:
        wall, processor, waited = self._sources
        return wall(), processor(), waited()


def read_waiting(threads: Path = THREADS) -> float:
    """Return the seconds that this process's threads have waited for a processor; 0 where the system does not tell.

    Source: the Linux kernel's documentation, “Scheduler Statistics”, /proc/<pid>/schedstat.
    """
    waited = 0
    with suppress(OSError, ValueError, IndexError):
        for thread in threads.iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                waited += int((thread / "schedstat").read_text().split()[1])
    return waited / 1e9
