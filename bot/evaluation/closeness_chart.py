"""Draws how close the text written at each top-n comes to real text: an SVG for light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import attrgetter

from bot.evaluation.report import Evaluation
from bot.evaluation.svg import svg

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 96, 24, 84, 60
_DECADES = (1, 2, 5)

_STYLE = """
  .bigrams { stroke: #0550ae }
  .characters { stroke: #bc4c00 }
  polyline { fill: none }
  .line { stroke-width: 2 }
  .floor { stroke-width: 1.5; stroke-dasharray: 5 4 }
  circle { fill: none; stroke-width: 4 }
"""

_STYLE_DARK = """
    .bigrams { stroke: #79c0ff }
    .characters { stroke: #ffa657 }
"""

_SERIES = (("bigrams", "bigram_divergence"), ("characters", "character_divergence"))


def draw(evaluation: Evaluation) -> str:
    """Return the Jensen-Shannon divergences by top-n as an SVG, with what real text comes to as dashed lines.

    The scale is logarithmic: the worst top-n is many times as far off as the best.
    """
    series = {
        name: [max(attrgetter(what)(each.closeness), 1e-6) for each in evaluation.written] for name, what in _SERIES
    }
    floors = {name: max(attrgetter(what)(evaluation.floor), 1e-6) for name, what in _SERIES}
    scale = _Scale([*floors.values(), *(value for values in series.values() for value in values)])
    parts = [*_legend(), *_grid(scale), *_top_ns([evaluation.label(each.top_n) for each in evaluation.written])]
    for name, values in series.items():
        parts += _line(name, values, scale)
        parts.append(_level(f"{name} floor", scale.y(floors[name])))
    return svg(f"{evaluation.model}: how far its text is from real text", WIDTH, HEIGHT, (_STYLE, _STYLE_DARK), parts)


class _Scale:
    """A logarithmic axis that has room for all values, with 1, 2 and 5 of each power of ten marked."""

    def __init__(self, values: Sequence[float]) -> None:
        powers = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
        marks = [first * 10.0**power for power in powers for first in _DECADES]
        below = max(mark for mark in marks if mark <= min(values) * (1 + 1e-9))
        above = min(mark for mark in marks if mark > max(values))
        self.marks = [mark for mark in marks if below <= mark <= above]

    def y(self, value: float) -> float:
        low, high = math.log(self.marks[0]), math.log(self.marks[-1])
        return HEIGHT - BOTTOM - (math.log(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _x(place: int, count: int) -> float:
    return LEFT + (place + 0.5) / count * (WIDTH - LEFT - RIGHT)


def _legend() -> Iterator[str]:
    for place, (name, _) in enumerate(_SERIES):
        x = 20 + 180 * place
        yield f'<line class="{name} line" x1="{x}" y1="50" x2="{x + 24}" y2="50"/>'
        yield f'<text x="{x + 32}" y="55">{"pairs of characters" if name == "bigrams" else "characters"}</text>'
    yield f'<text x="{20 + 180 * len(_SERIES)}" y="55">dashed: real against real text</text>'


def _grid(scale: _Scale) -> Iterator[str]:
    for mark in scale.marks:
        yield _level("grid", scale.y(mark))
        yield f'<text x="{LEFT - 10}" y="{scale.y(mark) + 4:.1f}" text-anchor="end">{mark:.12g}</text>'
    middle = (TOP + HEIGHT - BOTTOM) / 2
    yield (
        f'<text transform="translate(26 {middle:.1f}) rotate(-90)" text-anchor="middle">'
        "Jensen-Shannon divergence (bits)</text>"
    )


def _top_ns(labels: Sequence[str]) -> Iterator[str]:
    for place, label in enumerate(labels):
        x = _x(place, len(labels))
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{label}</text>'
    middle = (LEFT + WIDTH - RIGHT) / 2
    yield f'<text x="{middle:.1f}" y="{HEIGHT - 14}" text-anchor="middle">top-n: likeliest characters kept</text>'


def _line(name: str, values: Sequence[float], scale: _Scale) -> Iterator[str]:
    points = [(_x(place, len(values)), scale.y(value)) for place, value in enumerate(values)]
    yield f'<polyline class="{name} line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
    yield from (f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in points)


def _level(kind: str, y: float) -> str:
    return f'<line class="{kind}" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
