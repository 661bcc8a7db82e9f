"""Draw what was measured: how long a character takes, and how many come out with many waiting."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.figures import Comparison, Figures, Spread
from benchmarks.goals import MANY
from benchmarks.tables import limit_title

COLORS = {"charla": "#0550ae", "other": "#8c959f"}
LIMIT_COLOR = "#bc4c00"


def draw_comparison(comparison: Comparison) -> Figure:
    """Draw two panels beside each other, a bar for each contender; both scales are logarithmic."""
    shown = [each for each in comparison.contenders.values() if each.stream or each.loads]
    figure = Figure(figsize=(11, 1.6 + 0.32 * len(shown)), layout="constrained", facecolor="white")
    figure.suptitle(comparison.title, fontweight="bold")
    left, right = figure.subplots(1, 2, sharey=True)
    left.set_title("µs a character, one text (log scale)")
    right.set_title(f"characters/s, {MANY} waiting (log scale)")
    _draw_limits(left, comparison)
    _draw_bars(left, shown, [Spread([value * 1e6 for value in each.stream.values]) for each in shown])
    loads = [each.loads.get(MANY) for each in shown]
    _draw_bars(right, shown, [load.characters_per_second(MANY) if load else Spread() for load in loads])
    left.set_yticks(range(len(shown)), [each.contender.title.replace("*", "").replace("`", "") for each in shown])
    for label, each in zip(left.get_yticklabels(), shown, strict=True):
        label.set_fontweight("bold" if each.contender.engine else "normal")
    left.invert_yaxis()  # the first contender stands at the top
    return figure


def _draw_bars(axes: Axes, shown: Sequence[Figures], spreads: Sequence[Spread]) -> None:
    """Draw a bar up to each median, a line from the lowest to the highest value, and the median as a number."""
    for row, (each, spread) in enumerate(zip(shown, spreads, strict=True)):
        if spread:
            kind = "charla" if each.contender.engine else "other"
            around = [[spread.median - spread.low], [spread.high - spread.median]]
            axes.barh(row, spread.median, height=0.5, xerr=around, color=COLORS[kind], label=kind)
            number = f"{spread.median:,.0f}" if spread.median >= 10 else f"{spread.median:.1f}"
            axes.annotate(number, (spread.high, row), (5, 0), textcoords="offset points", va="center")
    values = [value for spread in spreads for value in spread.values] or [1.0]
    # From just below the least to the greatest, with room for its number behind it.
    axes.set(xscale="log", xlim=(min(values) / 2, 4 * max(values)))
    axes.spines[["top", "right"]].set_visible(False)


def _draw_limits(axes: Axes, comparison: Comparison) -> None:
    for precision, limit in comparison.limits.items():
        if limit.seconds:
            value = limit.seconds.median * 1e6
            name = f"dashed: {limit_title(precision, limit)}, {value:,.1f} µs"
            axes.axvline(value, color=LIMIT_COLOR, linestyle="--", linewidth=1.2, label=name)
    if axes.lines:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1.08), frameon=False)
