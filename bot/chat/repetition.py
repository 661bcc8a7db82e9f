"""Repeat requests that Discord does not answer, where that is safe; send those once that might arrive twice.

What was sent and not answered may have arrived or not: its outcome is unknown, not a failure.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
import discord

from bot.chat.discord_codes import NOBODYS_FAULT
from bot.chat.pauses import Pauses

log = logging.getLogger(__name__)

T = TypeVar("T")

FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, json.JSONDecodeError)
"""How a request to Discord fails: it is refused, its connection drops, or its answer cannot be read."""

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


@dataclass(slots=True)
class _Sent:
    """Says whether a request may have arrived that was not answered so far."""

    unanswered: bool = False


_ONCE: ContextVar[_Sent | None] = ContextVar("once", default=None)
"""What was sent inside the block of `send_once`."""


def may_work_later(error: Exception) -> bool:
    """Return whether a request that failed so may be answered another time: Discord did not refuse it for good."""
    if not isinstance(error, discord.HTTPException):
        return True
    return error.code not in NOBODYS_FAULT and (error.status >= _SERVER_ERROR or error.status == _TOO_MANY_REQUESTS)


def did_nothing(error: Exception) -> bool:
    """Return whether a request that failed so did nothing for certain, and may be answered another time."""
    if isinstance(error, discord.HTTPException):
        return may_work_later(error) and error.status == _TOO_MANY_REQUESTS
    return isinstance(error, aiohttp.ClientConnectorError)


class Repetition:
    """Repeats attempts that may safely be repeated, until Discord answers or a time is over.

    The time is counted from now on: make one when that begins by which the answers are due.

    Args:
        pauses: between two attempts.
        seconds: until when attempts are made.
        clock: returns the time in seconds; one that is never set back.
    """

    def __init__(self, pauses: Pauses, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pauses = pauses
        self._clock = clock
        self._end = clock() + seconds

    async def run(self, attempt: Callable[[], Awaitable[T]], again: Callable[[Exception], bool] = may_work_later) -> T:
        """Make an attempt, again and again while it is not answered, or Discord has trouble.

        Args:
            attempt: makes one.
            again: says of its error whether to make another.

        Raises:
            discord.HTTPException: Discord refused it, or had trouble until the end.
            aiohttp.ClientError: it was not answered until the end; so do OSError and json.JSONDecodeError say.
        """
        attempts = 0
        while True:
            attempts += 1
            try:
                return await attempt()
            except FAILURES as error:
                pause = self._pauses.seconds(attempts)
                if not again(error) or self._clock() + pause > self._end:
                    raise
                if attempts == 1:
                    log.info("Discord did not answer (%s): trying again until it does", type(error).__name__)
            await asyncio.sleep(pause)

    async def run_once(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Make an attempt that must not arrive twice: it is made again only where it did nothing for certain.

        Raises:
            Exception: as `run`; `UnknownOutcomeError` and others that are no answer leave open whether it arrived.
        """
        with send_once():
            return await self.run(attempt, did_nothing)


class UnknownOutcomeError(aiohttp.ClientError):
    """A request that may not be repeated was sent, and Discord did not say whether it acted on it."""


@contextmanager
def send_once() -> Iterator[None]:
    """Within the block, send no request a second time that might have arrived; one answered by 429 has not.

    discord.py repeats a request after 5xx, whether or not a second one does harm. The session's trace is the one public
    place through which each of its requests passes on its way out and back: it ends such a repetition
    (`watch_repetitions`).
    """
    token = _ONCE.set(_Sent())
    try:
        yield
    finally:
        _ONCE.reset(token)


def watch_repetitions(trace: aiohttp.TraceConfig) -> None:
    """Have a session's trace keep what `send_once` promises."""

    async def on_start(*_: object) -> None:
        if sent := _ONCE.get():
            if sent.unanswered:
                raise UnknownOutcomeError("it is not repeated, as it might arrive twice")
            sent.unanswered = True

    async def on_end(_session: object, _context: object, request: aiohttp.TraceRequestEndParams) -> None:
        if (sent := _ONCE.get()) and request.response.status >= _SERVER_ERROR:
            request.response.close()
            raise UnknownOutcomeError(f"Discord answered {request.response.status}")
        if sent:
            sent.unanswered = False

    async def on_exception(_session: object, _context: object, request: aiohttp.TraceRequestExceptionParams) -> None:
        if (sent := _ONCE.get()) and isinstance(request.exception, Exception):
            sent.unanswered = not did_nothing(request.exception)

    trace.on_request_start.append(on_start)
    trace.on_request_end.append(on_end)
    trace.on_request_exception.append(on_exception)
