"""Draws what was measured: how long a character takes, and how many come out with many waiting."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from benchmarks.figures import Comparison, Spread
from benchmarks.goals import MANY
from benchmarks.tables import limit_title
from bot.evaluation.svg import svg

WIDTH = 880
LABELS, LEFT_END, RIGHT, END = 330, 590, 620, 860
"""Where the labels end and the left panel starts, where that ends, and where the right one starts and ends."""

TOP, ROW, BAR, FOOT = 92, 30, 14, 24

_STYLE = """
  .other { fill: #8c959f }
  .charla { fill: #0550ae }
  .spread { stroke: #24292f }
  .limit { stroke: #bc4c00; stroke-dasharray: 5 4 }
  .bold { font-weight: 600 }
"""

_STYLE_DARK = """
    .other { fill: #6e7681 }
    .charla { fill: #79c0ff }
    .spread { stroke: #e6edf3 }
    .limit { stroke: #ffa657 }
"""


def draw(comparison: Comparison) -> str:
    """Two panels beside each other, a row for each way; both scales are logarithmic."""
    shown = [each for each in comparison.ways.values() if each.stream or each.loads]
    height = TOP + ROW * len(shown) + FOOT
    streams = {each.way.name: _scaled(each.stream, 1e6) for each in shown if each.stream}
    rates = {each.way.name: each.loads[MANY].characters_per_second(MANY) for each in shown if each.loads.get(MANY)}
    limits = {
        limit_title(precision, limit): limit.seconds.median * 1e6
        for precision, limit in comparison.limits.items()
        if limit.seconds
    }
    left = _Scale(streams, list(limits.values()), LABELS + 10, LEFT_END)
    right = _Scale(rates, [], RIGHT, END)
    parts = [
        f'<text x="{LABELS + 10}" y="58">µs a character, one text (log scale)</text>',
        f'<text x="{RIGHT}" y="58">characters/s, {MANY} waiting (log scale)</text>',
        *_limits(limits, left, height - FOOT),
    ]
    for place, each in enumerate(shown):
        y = TOP + ROW * place
        kind = "charla" if each.way.engine else "other"
        title = escape(each.way.title.replace("*", "").replace("`", ""))
        bold = ' class="bold"' if each.way.engine else ""
        parts.append(f'<text{bold} x="{LABELS}" y="{y + BAR - 2}" text-anchor="end">{title}</text>')
        for scale, spreads in ((left, streams), (right, rates)):
            if each.way.name in spreads:
                parts += _bar(kind, spreads[each.way.name], scale, y)
    return svg(comparison.title, WIDTH, height, (_STYLE, _STYLE_DARK), parts)


class _Scale:
    """A logarithmic axis from just below the least to the greatest, with room for a number at the end."""

    def __init__(self, spreads: dict[str, Spread], others: list[float], start: int, end: int) -> None:
        values = [value for spread in spreads.values() for value in spread.values] + others
        self._low = math.log(min(values, default=1.0) / 2)
        self._high = math.log(max(values, default=1.0) * 1.001)
        self.start, self._end = start, end - 56

    def x(self, value: float) -> float:
        return self.start + (math.log(value) - self._low) / (self._high - self._low) * (self._end - self.start)


def _scaled(spread: Spread, scale: float) -> Spread:
    return Spread([value * scale for value in spread.values])


def _bar(kind: str, spread: Spread, scale: _Scale, y: int) -> Iterator[str]:
    end, low, high = (scale.x(value) for value in (spread.median, spread.low, spread.high))
    yield f'<rect class="{kind}" x="{scale.start}" y="{y}" width="{end - scale.start:.1f}" height="{BAR}" rx="2"/>'
    yield f'<line class="spread" x1="{low:.1f}" y1="{y + BAR / 2}" x2="{high:.1f}" y2="{y + BAR / 2}"/>'
    number = f"{spread.median:,.0f}" if spread.median >= 10 else f"{spread.median:.1f}"
    yield f'<text x="{max(end, high) + 6:.1f}" y="{y + BAR - 2}">{number}</text>'


def _limits(limits: dict[str, float], scale: _Scale, bottom: int) -> Iterator[str]:
    for place, (title, value) in enumerate(limits.items()):
        x = scale.x(value)
        yield f'<line class="limit" x1="{x:.1f}" y1="{TOP - 10}" x2="{x:.1f}" y2="{bottom}"/>'
        yield f'<text x="20" y="{58 + 18 * place}">dashed: {escape(title)}, {value:,.1f} µs</text>'
