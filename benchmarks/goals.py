"""Compare the measurements with Charla's goals, all in one run, on the tutorial's shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.figures import Comparison

MANY = 64
"""How many requests wait in the goals for many requests."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, and whether it is reached.

    Attributes:
        what: what is measured, as in “TensorFlow against model.predict”.
        wanted: the least or the most that is allowed.
        found: the measurement; None if something that it needs was not measured.
        unit: follows the number.
        most: whether `wanted` is the most instead of the least.
    """

    what: str
    wanted: float
    found: float | None
    unit: str = " x"
    most: bool = False

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.found is not None and (self.found <= self.wanted if self.most else self.found >= self.wanted)

    def __str__(self) -> str:
        found = "not measured" if self.found is None else f"{self.found:,.2f}{self.unit}"
        bound = "at most" if self.most else "at least"
        return f"{'reached' if self.reached else 'MISSED'}: {self.what}: {found} ({bound} {self.wanted:,g}{self.unit})"


def judge(comparison: Comparison) -> Iterator[Goal]:
    """Yield the goals with what was measured."""
    stream = comparison.stream
    predict, tensorflow, litert = stream("predict"), stream("tensorflow"), stream("litert")
    others = [seconds for name in comparison.contenders if name != "litert" and (seconds := stream(name))]
    yield Goal("one stream, TensorFlow engine against model.predict", 500, _ratio(predict, tensorflow))
    yield Goal("one stream, TensorFlow engine of the limit in float32", 0.4, _share(comparison, "float32", tensorflow))
    yield Goal("one stream, LiteRT engine against model.predict", 1500, _ratio(predict, litert))
    yield Goal("one stream, LiteRT engine against the TensorFlow engine", 2.5, _ratio(tensorflow, litert))
    yield Goal("one stream, LiteRT engine against the best of all others", 1, _ratio(min(others, default=None), litert))
    onnx, mine = (comparison.load(name, MANY) for name in ("onnx", "litert"))
    ratio = onnx.last.median / mine.last.median if onnx and mine else None
    yield Goal(f"{MANY} waiting, LiteRT engine against ONNX Runtime, one request at a time", 3, ratio)
    yield Goal(f"{MANY} waiting, LiteRT engine, last reply", 0.5, mine.last.median if mine else None, " s", most=True)


def _ratio(slow: float | None, fast: float | None) -> float | None:
    return slow / fast if slow and fast else None


def _share(comparison: Comparison, precision: str, seconds: float | None) -> float | None:
    return _ratio(comparison.limit(precision), seconds)
