"""Hold the measurements, each figure with its spread."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.contender_process import LENGTH, Workload
from benchmarks.contenders import Contender

WAITING = (8, 64, 512)
"""The numbers of requests that wait at once."""


@dataclass(slots=True)
class Spread:
    """A figure's values, one for each time it was measured."""

    values: list[float] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def median(self) -> float:
        """The middle value, or the mean of the middle two."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The lowest value."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The highest value."""
        return max(self.values)


@dataclass(slots=True)
class Load:
    """How a contender serves a number of requests that wait at once.

    Attributes:
        last: seconds until the last reply.
        batch: how many a worker takes at a time.
        scaled: whether fewer or shorter requests were measured, and `last` is scaled up to all.
    """

    last: Spread = field(default_factory=Spread)
    batch: int = 1
    scaled: bool = False

    def characters_per_second(self, waiting: int) -> Spread:
        """Return the characters a second of all replies together."""
        return Spread([waiting * LENGTH / seconds for seconds in self.last.values])


@dataclass(slots=True)
class Figures:
    """All measurements of a contender with a model.

    Attributes:
        contender: the contender.
        left_out: why nothing was measured; empty if it was.
        stream: seconds a character, one text at a time.
        loads: by the number of requests that wait.
        first: seconds from the start of its process to the first reply.
        resident: memory of its process then, in bytes.
        installed: size of its packages, in bytes.
        text: its first reply, to be compared with others'.
    """

    contender: Contender
    left_out: str = ""
    stream: Spread = field(default_factory=Spread)
    loads: dict[int, Load] = field(default_factory=dict)
    first: Spread = field(default_factory=Spread)
    resident: Spread = field(default_factory=Spread)
    installed: int = 0
    text: str = ""


@dataclass(slots=True)
class Limit:
    """The least time that a character can take, see `benchmarks.limit`.

    Attributes:
        seconds: the time of a product with the recurrent weights.
        how: the processor's instructions, if there is a choice.
        left_out: why it was not measured; empty if it was.
    """

    seconds: Spread = field(default_factory=Spread)
    how: str = ""
    left_out: str = ""


@dataclass(slots=True)
class Comparison:
    """All contenders on one model.

    Attributes:
        shape: the name of the model's shape.
        title: the same for people.
        contenders: by name, in the order of `benchmarks.contenders.CONTENDERS`.
        limits: by precision.
    """

    shape: str
    title: str
    contenders: dict[str, Figures] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)

    def stream(self, contender: str) -> float | None:
        """Return the median seconds a character of a contender; None if it was not measured."""
        figures = self.contenders.get(contender)
        return figures.stream.median if figures and figures.stream else None

    def load(self, contender: str, waiting: int) -> Load | None:
        """Return how a contender serves so many requests; None if it was not measured."""
        figures = self.contenders.get(contender)
        load = figures.loads.get(waiting) if figures else None
        return load if load and load.last else None

    def limit(self, precision: str) -> float | None:
        """Return the median seconds of a product; None if it was not measured."""
        limit = self.limits.get(precision)
        return limit.seconds.median if limit and limit.seconds else None


def scale_seconds(seconds: float, measured: Workload, waiting: int) -> float:
    """Scale the seconds that `measured` took up to `waiting` requests."""
    return seconds * Workload(waiting).characters / measured.characters


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain data; a spread's values are in the order in which they were measured."""
    return asdict(comparison)
