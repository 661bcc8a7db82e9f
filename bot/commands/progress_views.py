"""Show a person how a training or an evaluation goes: live bars in a terminal, lines elsewhere."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.text import Text

from bot.training.progress import TrainingProgress, format_duration

PLOT_WIDTH, PLOT_HEIGHT = 60, 8
"""Columns and lines of the plot at the end of a training."""


class _View:
    """Bars on standard error, which are shown in a terminal while the view is entered."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
        self._bars = Progress(
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()


class TrainingView(_View):
    """Show each `TrainingProgress` it is called with: one bar, and two lines after each evaluation."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = self._bars.add_task("", total=1.0)
        self._evaluations = 0

    def __call__(self, progress: TrainingProgress) -> None:
        """Show how far the training is; after an evaluation, what the network writes now."""
        line = _describe(progress)
        self._bars.update(self._bar, completed=progress.done, description=line)
        # A training that is resumed has evaluations, and no sample yet.
        if progress.sample and progress.evaluations > self._evaluations:
            self._evaluations = progress.evaluations
            self._console.print(Text(f"{progress.done:4.0%}  {line}"))
            self._console.print(Text(f"      {progress.sample}", style="dim"))


class EvaluationView(_View):
    """Show what an evaluation does: a bar for each thing in a terminal, a line for each elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._doing = ""
        self._bar: TaskID | None = None

    def __call__(self, doing: str, done: float) -> None:
        """Show what is being done, and the share of it that is done."""
        if doing != self._doing:
            if self._bar is not None:
                self._bars.update(self._bar, completed=1.0)
            self._doing, self._bar = doing, self._bars.add_task(doing, total=1.0)
            if not self._console.is_terminal:
                self._console.print(Text(doing))
        if self._bar is not None:
            self._bars.update(self._bar, completed=done)


def plot_curve(curve: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Plot how a training's held-out bits per character fell over its minutes, as lines of text."""
    bits = [value for _, value in curve]
    # A column a point, or the point that stands at the column's place where there are more points than columns.
    width = min(len(bits), PLOT_WIDTH)
    shown = [bits[round(column * (len(bits) - 1) / max(width - 1, 1))] for column in range(width)]
    low, high = min(bits), max(bits)
    heights = [round((value - low) / ((high - low) or 1) * (PLOT_HEIGHT - 1)) for value in shown]
    for row in reversed(range(PLOT_HEIGHT)):
        label = {PLOT_HEIGHT - 1: f"{high:.3f}", 0: f"{low:.3f}"}.get(row, "")
        yield f"{label:>8} |" + "".join("*" if height == row else " " for height in heights).rstrip()
    yield f"bits per character, held out, from minute {curve[0][0]:.1f} to {curve[-1][0]:.1f}"


def _describe(progress: TrainingProgress) -> str:
    numbers = {
        "training": progress.training_bits,
        "held-out": progress.held_out_bits,
        "best": progress.best_bits,
    }
    bits = ", ".join(f"{name} {value:.3f}" if math.isfinite(value) else f"{name} –" for name, value in numbers.items())
    return f"epoch {progress.epochs:.2f}  bits per character: {bits}  {format_duration(progress.seconds_left)} left"
