"""Hold what was measured, each figure with its spread."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.way_process import LENGTH, Order
from benchmarks.ways import Way

WAITING = (8, 64, 512)
"""How many requests wait at once."""


@dataclass(slots=True)
class Spread:
    """A figure as often as it was measured."""

    values: list[float] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def median(self) -> float:
        """The middle value, or that between the middle two."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The lowest."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The highest."""
        return max(self.values)


@dataclass(slots=True)
class Load:
    """How a way serves a number of requests that wait at once.

    Attributes:
        last: seconds until the last reply.
        batch: how many a worker takes at a time.
        scaled: whether fewer or shorter requests were measured, and `last` is what all would take at that speed.
    """

    last: Spread = field(default_factory=Spread)
    batch: int = 1
    scaled: bool = False

    def characters_per_second(self, waiting: int) -> Spread:
        """Characters of all replies together."""
        return Spread([waiting * LENGTH / seconds for seconds in self.last.values])


@dataclass(slots=True)
class Figures:
    """All that was measured of a way with a model.

    Attributes:
        way: which.
        left_out: why nothing was measured; empty where it was.
        stream: seconds a character, one text at a time.
        loads: by how many requests wait.
        first: seconds from the start of its process to the first reply.
        resident: memory of its process then, in bytes.
        installed: size of its packages, in bytes.
        text: its first reply, to be compared.
    """

    way: Way
    left_out: str = ""
    stream: Spread = field(default_factory=Spread)
    loads: dict[int, Load] = field(default_factory=dict)
    first: Spread = field(default_factory=Spread)
    resident: Spread = field(default_factory=Spread)
    installed: int = 0
    text: str = ""


@dataclass(slots=True)
class Limit:
    """The least that a character can take, see `benchmarks.limit`.

    Attributes:
        seconds: for a product with the recurrent weights.
        how: the instructions, where they are a choice.
        left_out: why it was not measured; empty where it was.
    """

    seconds: Spread = field(default_factory=Spread)
    how: str = ""
    left_out: str = ""


@dataclass(slots=True)
class Comparison:
    """All ways on one model.

    Attributes:
        shape: the name of what was compared on.
        title: the same for people.
        ways: by name, in the order of `benchmarks.ways.WAYS`.
        limits: by precision.
    """

    shape: str
    title: str
    ways: dict[str, Figures] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)

    def stream(self, way: str) -> float | None:
        """Return the median seconds a character of a way; None where it was not measured."""
        figures = self.ways.get(way)
        return figures.stream.median if figures and figures.stream else None

    def load(self, way: str, waiting: int) -> Load | None:
        """Return how a way serves so many requests; None where it was not measured."""
        figures = self.ways.get(way)
        load = figures.loads.get(waiting) if figures else None
        return load if load and load.last else None

    def limit(self, precision: str) -> float | None:
        """Return the median seconds of a product; None where it was not measured."""
        limit = self.limits.get(precision)
        return limit.seconds.median if limit and limit.seconds else None


def last_reply(seconds: float, measured: Order, waiting: int) -> float:
    """Return what `waiting` requests take at the speed at which `measured` took `seconds`."""
    return seconds * Order(waiting).characters / measured.characters


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain data; a spread's values are in the order in which they were measured."""
    return asdict(comparison)
