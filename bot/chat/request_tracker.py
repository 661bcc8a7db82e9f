"""Track whether a task's HTTP request is on the wire or waiting to be sent, for example until a rate limit is over.

A request that waits can be withdrawn. A request on the wire cannot: it would arrive all the same, late.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any, Self

import aiohttp

_TRACKER: ContextVar[RequestTracker | None] = ContextVar("tracker", default=None)
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


class RequestTracker:
    """Tracks whether the requests of the tasks started inside its block are on the wire or waiting to be sent.

    The client's session must have been made with `trace_requests`.

    Args:
        silent_seconds: how long an answer from Discord is waited for, which takes a fraction of a second: the
            connection may be dead.
    """

    def __init__(self, silent_seconds: float) -> None:
        self._silent_seconds = silent_seconds
        self._waiting = asyncio.Event()
        self._waiting.set()

    def __enter__(self) -> Self:
        self._token = _TRACKER.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _TRACKER.reset(self._token)

    async def withdraw(self, task: asyncio.Task[Any]) -> None:
        """End a task: at once if its request waits to be sent, else when the request is answered or seems lost."""
        waiting = asyncio.create_task(self._waiting.wait())
        await asyncio.wait({task, waiting}, timeout=self._silent_seconds, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        task.cancel()
        await asyncio.wait({task})

    def note(self, *, waiting: bool) -> None:
        """Note that the task's request waits to be sent, or that it is on the wire."""
        if waiting:
            self._waiting.set()
        else:
            self._waiting.clear()


def trace_requests() -> aiohttp.TraceConfig:
    """Return the trace that tells the current task's tracker of each request of a session."""

    async def on_start(*_: object) -> None:
        if tracker := _TRACKER.get():
            tracker.note(waiting=False)

    async def on_end(_session: object, _context: object, request: aiohttp.TraceRequestEndParams) -> None:
        # After 429 and 5xx discord.py waits and sends the request once more; after other answers the task ends.
        status = request.response.status
        if (tracker := _TRACKER.get()) and (status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR):
            tracker.note(waiting=True)

    async def on_exception(*_: object) -> None:
        if tracker := _TRACKER.get():
            tracker.note(waiting=True)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(on_start)
    trace.on_request_end.append(on_end)
    trace.on_request_exception.append(on_exception)
    return trace
