"""Count the sessions that are begun with Discord, which allows 1,000 a day and resets the token of who begins more."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

A_DAY = 86_400.0
MOST = 900
"""How many sessions are begun in a day at most. What is left is for the processes that were started before this one."""


class Logins:
    """Counts the sessions of the last day, and has the next one wait where there were too many.

    Args:
        most: how many may be begun in a day.
        clock: returns the time in seconds; one that is never set back.
        sleep: waits for some seconds.
    """

    def __init__(
        self,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._begun: deque[float] = deque(maxlen=most)
        self._told = False

    async def take(self) -> None:
        """Wait until a session may be begun, and count it."""
        while (wait := self._seconds_to_wait()) > 0:
            if not self._told:
                self._told = True
                log.warning("%d sessions with Discord in a day: the next is begun in %.0f s", len(self._begun), wait)
            await self._sleep(wait)
        self._told = False
        self._begun.append(self._clock())

    def _seconds_to_wait(self) -> float:
        if len(self._begun) < (self._begun.maxlen or 0):
            return 0.0
        return self._begun[0] + A_DAY - self._clock()
