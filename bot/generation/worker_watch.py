"""Know what the workers are at, from other threads: whether each still answers, and has what it writes with."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

REPLACING_SECONDS = 60.0
"""How long making a new copy of a model may take, under TensorFlow on a busy machine."""


class WorkerWatch:
    """What a pool's workers note of themselves.

    Args:
        needed: the names of the models of which at least one worker must have a copy.
    """

    def __init__(self, needed: Iterable[str]) -> None:
        self.replaced = 0
        self._needed = set(needed)
        self._lock = threading.Lock()  # guards all below, and the number above
        self._deadlines: dict[int, float] = {}  # by the threads' ids
        self._copies: Counter[str] = Counter()
        self._missing_since: dict[str, float] = {}
        self._stopping_since: float | None = None

    @contextmanager
    def busy_until(self, deadline: float) -> Iterator[None]:
        """Note that the current thread is busy within the block, until `deadline` by `time.monotonic` at most."""
        worker = threading.get_ident()
        with self._lock:
            before, self._deadlines[worker] = self._deadlines.get(worker), deadline
        try:
            yield
        finally:
            with self._lock:
                if before is None:
                    del self._deadlines[worker]
                else:
                    self._deadlines[worker] = before

    def note_copy(self, model: str) -> None:
        """Note that a worker has made its copy of a model."""
        with self._lock:
            self._copies[model] += 1
            self._missing_since.pop(model, None)

    def note_failure(self, model: str) -> None:
        """Note that a worker's copy of a model failed, and is to be replaced."""
        with self._lock:
            self.replaced += 1
            self._copies[model] -= 1
            self._note_if_missing(model)

    def note_dropped(self, model: str) -> None:
        """Note that a worker has let go of its copy of a model, which did not fail: the next request makes another."""
        with self._lock:
            self._copies[model] -= 1

    def note_unmade(self, model: str) -> None:
        """Note that a worker could not make its copy of a model."""
        with self._lock:
            self._note_if_missing(model)

    def need(self, models: Iterable[str]) -> None:
        """From now on, need these models instead; one without a copy is missing only once none could be made."""
        with self._lock:
            self._needed = set(models)
            self._missing_since = {name: since for name, since in self._missing_since.items() if name in self._needed}

    def _note_if_missing(self, model: str) -> None:
        if self._copies[model] <= 0 and model in self._needed:
            self._missing_since.setdefault(model, time.monotonic())

    def note_stopping(self) -> None:
        """Note that no more requests are taken."""
        with self._lock:
            self._stopping_since = self._stopping_since or time.monotonic()

    def overdue_seconds(self) -> list[float]:
        """Return how far each worker is past its deadline, of those that are."""
        now = time.monotonic()
        with self._lock:
            return [now - deadline for deadline in self._deadlines.values() if now > deadline]

    def missing_seconds(self) -> float | None:
        """Return for how long no worker has had a model that is needed; None where one has each."""
        with self._lock:
            since = list(self._missing_since.values())
        return time.monotonic() - min(since) if since else None

    def stopping_seconds(self) -> float | None:
        """Return for how long no requests have been taken; None while they are."""
        return None if self._stopping_since is None else time.monotonic() - self._stopping_since
