"""Measure how long the event loop is held, and say in the log where it stands when that takes too long."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.metrics import Metrics

log = logging.getLogger(__name__)

PING_SECONDS = 0.25
HELD_SECONDS = 1.0
"""From when on it is reported: Discord waits for a first answer for three seconds, and others wait as well."""
SHOWN_CALLS = 12
"""How many of the calls in which it stands are shown, the innermost ones."""


@asynccontextmanager
async def watch_loop(
    metrics: Metrics, *, ping_seconds: float = PING_SECONDS, held_seconds: float = HELD_SECONDS
) -> AsyncIterator[None]:
    """Watch the running event loop inside the block, from a thread that asks it for a call every now and then.

    Args:
        metrics: where its lag is noted.
        ping_seconds: the time between two calls.
        held_seconds: from when on a loop that does not get to a call is reported.
    """
    watch = _LoopWatch(asyncio.get_running_loop(), metrics, ping_seconds, held_seconds)
    watch.start()
    try:
        yield
    finally:
        await watch.stop()


class _LoopWatch(threading.Thread):
    """The thread that watches a loop; to be made in the loop's own."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, metrics: Metrics, ping_seconds: float, held_seconds: float
    ) -> None:
        super().__init__(name="loop-watch", daemon=True)
        self._loop = loop
        self._loop_thread = threading.get_ident()
        self._metrics = metrics
        self._ping_seconds = ping_seconds
        self._held_seconds = held_seconds
        self._stopped = threading.Event()

    def run(self) -> None:
        """Ask the loop for a call, wait until it gets to it, and pause, until told to stop."""
        while not self._stopped.wait(self._ping_seconds):
            answered = threading.Event()
            asked = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(answered.set)
            except RuntimeError:
                return  # the loop is closed
            if not answered.wait(self._held_seconds):
                self._report()
                answered.wait()
                log.warning("The event loop goes on: it was held for %.1f s", time.monotonic() - asked)
            self._metrics.note_loop_lag(time.monotonic() - asked)

    async def stop(self) -> None:
        """Stop, and return when the thread has ended; the loop turns meanwhile, so that it is answered."""
        self._stopped.set()
        await asyncio.to_thread(self.join)

    def _report(self) -> None:
        """Log in which calls the loop stands: names of functions and lines of code, none of what they work on."""
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 - the documented way to another thread's
        calls = "".join(traceback.format_stack(frame)[-SHOWN_CALLS:]) if frame else ""
        log.warning("The event loop has been held for over %.1f s. It stands at:\n%s", self._held_seconds, calls)
