"""Follow an interaction from its arrival to its end: tie its lines in the log together, time it and count it.

What is known of it goes along in a context variable, so that it need not be handed to what answers an error, or to what
sees a request go out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp

from bot.logs import tie_lines
from bot.metrics import Kind, Metrics, Outcome

_CURRENT: ContextVar[_Handling | None] = ContextVar("handling", default=None)

_KINDS: dict[object, Kind] = {2: "command", 3: "button", 4: "suggestions", 5: "form"}
"""By Discord's types of interactions; https://discord.com/developers/docs/interactions/receiving-and-responding."""
_COMMAND, _SLASH = 2, 1


class _Handling:
    """An interaction or a message that is being dealt with."""

    def __init__(self, metrics: Metrics, kind: Kind) -> None:
        self._metrics = metrics
        self._kind = kind
        self._arrived = time.monotonic()
        self._acknowledged = False
        self._counted = False
        self.outcome: Outcome = "answered"

    def acknowledge(self) -> None:
        """Note that Discord has taken the first answer; the later ones are none of it."""
        if not self._acknowledged:
            self._acknowledged = True
            self._metrics.note_acknowledgement(self._kind, time.monotonic() - self._arrived)

    def count(self) -> None:
        """Count it, once."""
        if not self._counted:
            self._counted = True
            self._metrics.count_interaction(self._kind, self.outcome)


@contextmanager
def follow(metrics: Metrics, kind: Kind, asking: object) -> Iterator[None]:
    """Follow what is done within the block, and in tasks that are begun there, as the handling of one interaction.

    Args:
        metrics: where it is counted.
        kind: what a person used.
        asking: the id of the interaction or the message.
    """
    before = _CURRENT.set(_Handling(metrics, kind))
    try:
        with tie_lines(asking):
            yield
    finally:
        _CURRENT.reset(before)


@contextmanager
def counted() -> Iterator[None]:
    """Count what is followed at the end of the block, by the outcome that was noted."""
    try:
        yield
    finally:
        if handling := _CURRENT.get():
            handling.count()


def note_outcome(outcome: Outcome) -> None:
    """Note how what is followed ends, other than by an answer; nothing where nothing is followed."""
    if handling := _CURRENT.get():
        handling.outcome = outcome


def follow_interactions(take: Callable[[Any], None], metrics: Metrics) -> Callable[[Any], None]:
    """Return what takes interactions such that each is followed from its arrival on."""

    def take_and_follow(data: Any) -> None:  # noqa: ANN401 - Discord's JSON, which may be anything
        asking = str(data.get("id")) if isinstance(data, dict) else ""
        with follow(metrics, _kind_of(data), asking if asking.isdecimal() else ""):
            take(data)

    return take_and_follow


def _kind_of(data: Any) -> Kind:  # noqa: ANN401 - as above
    """Return what a person used, as far as an interaction says it."""
    kind, inner = (data.get("type"), data.get("data")) if isinstance(data, dict) else (None, None)
    if kind == _COMMAND and isinstance(inner, dict) and inner.get("type", _SLASH) != _SLASH:
        return "menu"
    return _KINDS.get(kind, "unknown") if isinstance(kind, int) else "unknown"


def trace_acknowledgements(trace: aiohttp.TraceConfig) -> aiohttp.TraceConfig:
    """Have the trace of a session's requests note when Discord has taken an interaction's first answer; return it."""

    async def on_end(_session: object, _context: object, request: aiohttp.TraceRequestEndParams) -> None:
        handling = _CURRENT.get()
        if handling and request.url.path.endswith("/callback") and request.response.ok:
            handling.acknowledge()

    trace.on_request_end.append(on_end)
    return trace
