"""Format measurements as tables in Markdown, which can be read in a terminal as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from benchmarks.figures import WAITING, Comparison, Figures, Limit, Spread

NOTHING = "–"
QUOTED = ("the tutorial's own stack, Keras 2.2 on TensorFlow 1.10 (quoted)", "870 to 1,130")
"""Measured before this project began, on another machine; it runs on no Python version that is still maintained."""


def format_tables(comparison: Comparison) -> str:
    """Return three tables: one stream, many requests waiting, and what running takes."""
    counts = [f"{n}: {what}" for what in ("characters/s", "last reply (s)") for n in WAITING]
    return "\n".join(
        [
            *("One text at a time:", ""),
            *format_table(["contender", "µs a character", "× the tutorial's", "of the limit"], _streams(comparison)),
            *("", "So many requests waiting, 280 characters each, two workers:", ""),
            *format_table(["contender", *counts], _loads(comparison)),
            *("", "What it takes:", ""),
            *format_table(["contender", "first reply (s)", "resident (MB)", "installed (MB)"], _costs(comparison)),
            "",
            *_left_out(comparison),
        ]
    )


def format_figure(spread: Spread, scale: float, decimals: int = 0) -> str:
    """Return a figure as its median, with the lowest and the highest: “59 (57–66)”."""
    if not spread:
        return NOTHING
    low, middle, high = (f"{value * scale:,.{decimals}f}" for value in (spread.low, spread.median, spread.high))
    return f"{middle} ({low}–{high})"


def format_table(heads: Sequence[str], rows: Iterator[list[str]]) -> list[str]:
    """Return the lines of a table: its first column to the left, the others to the right."""
    lines = [list(heads), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    aligned = [
        "| " + " | ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in cells) + " |"
        for line in lines
        if (cells := list(enumerate(zip(line, widths, strict=True))))
    ]
    rule = "|" + "|".join("-" * (width + 1) + (":" if column else "-") for column, width in enumerate(widths)) + "|"
    return [aligned[0], rule, *aligned[1:]]


def _select_measured(comparison: Comparison, measured: Callable[[Figures], object]) -> Iterator[Figures]:
    return (each for each in comparison.contenders.values() if not each.left_out and measured(each))


def _streams(comparison: Comparison) -> Iterator[list[str]]:
    predict = comparison.stream("predict")
    yield [*QUOTED, NOTHING, NOTHING]
    for each in _select_measured(comparison, lambda figures: figures.stream):
        median = each.stream.median
        least = comparison.limit(each.contender.precision)
        times = f"{predict / median:,.{0 if predict > 20 * median else 1}f}" if predict else NOTHING
        yield [
            each.contender.title,
            format_figure(each.stream, 1e6, 1),
            times,
            f"{least / median:.0%}" if least else NOTHING,
        ]
    for precision, limit in comparison.limits.items():
        if limit.seconds:
            yield [limit_title(precision, limit), format_figure(limit.seconds, 1e6, 1), NOTHING, "100%"]


def limit_title(precision: str, limit: Limit) -> str:
    """Return a limit's name for people."""
    return f"limit in {precision}" + (f" ({limit.how})" if limit.how else "")


def _loads(comparison: Comparison) -> Iterator[list[str]]:
    for each in _select_measured(comparison, lambda figures: figures.loads):
        loads = [(each.loads[n], n) for n in WAITING]
        marks = ["≈ " if load.scaled else f"×{load.batch}: " if each.contender.batched else "" for load, _ in loads]
        rates = [format_figure(load.characters_per_second(n), 1) for load, n in loads]
        lasts = [format_figure(load.last, 1, 2) for load, _ in loads]
        yield [each.contender.title, *(mark + text for mark, text in zip(marks, rates, strict=True)), *lasts]


def _costs(comparison: Comparison) -> Iterator[list[str]]:
    for each in _select_measured(comparison, lambda figures: figures.first):
        yield [
            each.contender.title,
            format_figure(each.first, 1, 2),
            format_figure(each.resident, 1e-6),
            f"{each.installed / 1e6:,.0f}",
        ]


def _left_out(comparison: Comparison) -> Iterator[str]:
    for each in comparison.contenders.values():
        if each.left_out:
            yield f"Left out: {each.contender.title}: {each.left_out}."
    for precision, limit in comparison.limits.items():
        if limit.left_out:
            yield f"Left out: the limit in {precision}: {limit.left_out}."
    reference = comparison.contenders.get("reference")
    for each in comparison.contenders.values():
        comparable = reference and reference.text and each.text and each.contender.precision == "float32"
        if reference and comparable and each.text != reference.text:
            yield f"Not the reference's text: {each.contender.title}."
