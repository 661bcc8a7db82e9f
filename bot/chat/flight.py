"""Tells a request that is on its way to Discord from one that waits to be sent, until a rate limit is over, say.

The second can be taken back. The first cannot: it would arrive all the same, late.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any, Self

import aiohttp

_FLIGHT: ContextVar[Flight | None] = ContextVar("flight", default=None)
_TOO_MANY, _SERVER_ERROR = 429, 500
SILENT_SECONDS = 10.0
"""How long an answer from Discord is waited for, which takes a fraction of a second: a connection may be dead."""


class Flight:
    """Where the requests of a task are that is made `with` this; their session has to be `watched`."""

    def __init__(self) -> None:
        self._waiting = asyncio.Event()
        self._waiting.set()

    def __enter__(self) -> Self:
        self._before = _FLIGHT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _FLIGHT.reset(self._before)

    async def take_back(self, task: asyncio.Task[Any]) -> None:
        """End the task: at once if its request waits to be sent (again), else when that is answered or seems lost."""
        waiting = asyncio.create_task(self._waiting.wait())
        await asyncio.wait({task, waiting}, timeout=SILENT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        task.cancel()
        await asyncio.wait({task})

    def sent(self) -> None:
        """Note that a request goes out."""
        self._waiting.clear()

    def answered(self, status: int) -> None:
        """Note Discord's answer. After these, discord.py waits, and sends the request once more.

        After all others the task ends by itself, and is let: it may sit out a rate limit before the next request.
        """
        if status == _TOO_MANY or status >= _SERVER_ERROR:
            self._waiting.set()

    def failed(self) -> None:
        """Note that no answer will come."""
        self._waiting.set()


def watched() -> aiohttp.TraceConfig:
    """What a session is made with, so that `Flight` hears of its requests."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_sent)
    trace.on_request_end.append(_answered)
    trace.on_request_exception.append(_failed)
    return trace


async def _sent(_session: object, _context: SimpleNamespace, _request: object) -> None:
    if flight := _FLIGHT.get():
        flight.sent()


async def _answered(_session: object, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams) -> None:
    if flight := _FLIGHT.get():
        flight.answered(request.response.status)


async def _failed(_session: object, _context: SimpleNamespace, _request: object) -> None:
    if flight := _FLIGHT.get():
        flight.failed()
