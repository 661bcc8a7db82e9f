"""Run in a thread what would hold the event loop up: reading and checking texts that people send."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from bot.errors import GenerationError
from bot.generation.fair_queue import FairQueue, QueueFullError

T = TypeVar("T")

CAPACITY = 1024
"""How many calls may wait. A call takes some milliseconds, some dozens at the worst."""


class FairThread:
    """A thread that calls functions one at a time; servers, and the users of each, share it evenly.

    It is one thread, as each that runs Python takes the interpreter away from the event loop for a while.
    """

    def __init__(self) -> None:
        self._queue: FairQueue[_Call] = FairQueue(CAPACITY)
        self._lock = threading.Lock()  # guards the queue
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="texts")

    async def run(
        self, function: Callable[..., T], *given: object, work: int, user: Hashable, server: Hashable = None
    ) -> T:
        """Call a function with what is given to it, in the thread.

        Args:
            function: what to call.
            given: its arguments.
            work: how many characters it looks at.
            user: identifies the user whom it is for.
            server: identifies the server whose users share its turns; None where the user is as good as one.

        Returns:
            What the function returns.

        Raises:
            GenerationError: too many calls are waiting.
            Exception: what the function raises.
        """
        call = _Call(function, given)
        with self._lock:
            try:
                self._queue.put(server, user, call, max(work, 1))
            except QueueFullError:
                raise GenerationError(
                    f"{CAPACITY:,} requests are waiting already. Please try again in a moment."
                ) from None
        self._executor.submit(self._take_turn)
        result: T = await asyncio.wrap_future(call.result)
        return result

    def _take_turn(self) -> None:
        """Make the call that is next; runs in the thread."""
        with self._lock:
            call = self._queue.take()
        if call:
            call.make()


class _Call:
    """A function to call, and what comes of it."""

    def __init__(self, function: Callable[..., Any], given: tuple[object, ...]) -> None:
        self._function = function
        self._given = given
        self.result: Future[Any] = Future()

    def make(self) -> None:
        if not self.result.set_running_or_notify_cancel():
            return  # nobody waits for it any more
        try:
            result = self._function(*self._given)
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
            self.result.set_exception(error)
        else:
            self.result.set_result(result)
