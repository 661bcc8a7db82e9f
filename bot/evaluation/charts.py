"""Draw charts: how close written text comes to real text, and how a training went; this module imports matplotlib."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from bot.evaluation.report import Evaluation

SERIES = (("pairs of characters", "bigram_divergence", "#0550ae"), ("characters", "character_divergence", "#bc4c00"))
LEAST = 1e-6
"""Drawn instead of 0, which a logarithmic axis does not have."""
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def draw_closeness(evaluation: Evaluation) -> Figure:
    """Draw the Jensen-Shannon divergences by top-n, with those of real text from real text as dashed lines.

    The scale is logarithmic: the worst top-n is many times as far off as the best.
    """
    figure = Figure(figsize=(7, 4), layout="constrained", facecolor="white")
    axes = figure.subplots()
    axes.set_title(f"{evaluation.model}: how far its text is from real text", parse_math=False)
    axes.set(xlabel="top-n: likeliest characters kept", ylabel="Jensen-Shannon divergence (bits)", yscale="log")
    top_ns = [evaluation.label(each.top_n) for each in evaluation.written]
    drawn: list[float] = []
    for name, attribute, color in SERIES:
        closeness = (*(each.closeness for each in evaluation.written), evaluation.floor)
        *divergences, floor = (max(float(getattr(each, attribute)), LEAST) for each in closeness)
        axes.plot(top_ns, divergences, color=color, marker="o", label=name)
        axes.axhline(floor, color=color, linestyle="--", linewidth=1.2)
        drawn += [*divergences, floor]
    axes.set_ylim(min(drawn) / 2, max(drawn) * 2)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(axis="y", color="#d8dee4")
    axes.legend(title="dashed: real against real text", frameon=False)
    return figure


def draw_learning_curve(name: str, curve: Sequence[tuple[float, float]]) -> Figure:
    """Draw how the held-out bits per character of a model fell: `curve` has minutes and bits."""
    figure = Figure(figsize=(7, 3), layout="constrained", facecolor="white")
    axes = figure.subplots()
    axes.set_title(f"{name}: bits per character on held-out text", parse_math=False)
    axes.set(xlabel="minutes", ylabel="bits per character")
    axes.plot(*zip(*curve, strict=True), color="#0550ae", marker=".")
    axes.grid(axis="y", color="#d8dee4")
    return figure


def render_svg(figure: Figure, title: str) -> str:
    """Render a chart as an SVG: the same bytes each time, its words as text, on a white ground of its own.

    Args:
        figure: the chart.
        title: is read out to a person who does not see the chart.
    """
    svg = io.StringIO()
    with rc_context({"svg.hashsalt": "charla", "svg.fonttype": "none"}):
        figure.savefig(svg, format="svg", metadata={"Title": title, **_NO_METADATA})
    text = svg.getvalue()
    return text[text.index("<svg") :]  # a page needs no prolog
