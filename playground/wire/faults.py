"""Faults to order: answers that are errors, dropped connections, delays, events that are not as they should be."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypedDict, Unpack

from playground.wire.records import Json


class Effect(TypedDict, total=False):
    """What happens to a request.

    Attributes:
        status: answer this HTTP status and do not handle the request.
        acted: handle the request all the same, before that answer.
        body: the JSON of that answer; 429 has one of its own.
        headers: further headers of the answer.
        retry_after: seconds that a 429 asks to wait (0.05 if left out).
        drop: end the connection without an answer, before handling the request or after.
        delay: seconds to wait first.
    """

    status: int
    acted: bool
    body: Json
    headers: dict[str, str]
    retry_after: float
    drop: Literal["before", "after"] | None
    delay: float


@dataclass(slots=True)
class Fault:
    """An order for some faults.

    Attributes:
        method: of HTTP; `*` for any.
        path: a regular expression, searched for in the path below `/api/v10`.
        times: how many requests are still to suffer it.
        effect: what they suffer.
    """

    method: str
    path: re.Pattern[str]
    times: int
    effect: Effect

    def answer(self) -> tuple[int, Json, dict[str, str]] | None:
        """Status, body and headers to answer instead of handling the request; None to handle it."""
        status = self.effect.get("status")
        if status is None:
            return None
        body: Json = {"code": 0, "message": f"{status}: ordered by the test"}
        headers = {}
        if status == 429:
            wait = self.effect.get("retry_after", 0.05)
            body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            headers = {"Retry-After": str(wait), "X-RateLimit-Scope": "user"}
        return status, self.effect.get("body", body), {**headers, **self.effect.get("headers", {})}


Spoil = Callable[[Json], object]
"""Changes the data of an event."""


@dataclass(slots=True)
class Faults:
    """The faults that are still to happen, oldest first."""

    _orders: list[Fault] = field(default_factory=list)
    _spoils: list[tuple[str, Spoil]] = field(default_factory=list)

    def add(self, method: str = "*", path: str = "", *, times: int = 1, **effect: Unpack[Effect]) -> None:
        """Order a fault for the next `times` requests with this method whose path the expression is found in.

        Args:
            method: of HTTP; `*` for any.
            path: a regular expression, searched for in the path below `/api/v10`.
            times: how many requests suffer it.
            **effect: see `Effect`.
        """
        self._orders.append(Fault(method, re.compile(path), times, effect))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request suffers, if any; it counts as having happened."""
        for fault in self._orders:
            if fault.method in {"*", method} and fault.path.search(path):
                fault.times -= 1
                if not fault.times:
                    self._orders.remove(fault)
                return fault
        return None

    def spoil(self, event: str, spoil: Spoil, *, times: int = 1) -> None:
        """Order that the data of the next `times` events of this name be changed on their way to the bot."""
        self._spoils += [(event, spoil)] * times

    def spoiled(self, event: str, data: Json) -> Json:
        """Return what is sent for an event: its data, changed if that was ordered."""
        order = next((order for order in self._spoils if order[0] == event), None)
        if order is None:
            return data
        self._spoils.remove(order)
        changed = copy.deepcopy(data)
        order[1](changed)
        return changed

    @property
    def pending(self) -> int:
        """How many faults have been ordered and not happened yet."""
        return sum(fault.times for fault in self._orders) + len(self._spoils)
