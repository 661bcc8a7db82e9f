"""Show a person how a training or an evaluation goes: live bars in a terminal, lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TaskProgressColumn
from rich.text import Text

from bot.training.progress import TrainingProgress, format_duration

PLOT_WIDTH, PLOT_HEIGHT = 60, 8
"""Columns and lines of the plot at the end of a training."""
NOTICEABLE = 1.1
"""A training that takes so many times what it gets of the processor is told so."""


class _Description(ProgressColumn):
    """What is being done, cut where the line ends."""

    def render(self, task: Task) -> Text:
        """Return the text of a task."""
        return Text(task.description, no_wrap=True, overflow="ellipsis")


class _View:
    """Bars on standard error, which are shown in a terminal while the view is entered."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False)
        self._bars = Progress(
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            _Description(),
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

    def _print(self, line: str, style: str = "") -> None:
        """Print a line: cut to the terminal's width, whole elsewhere."""
        if self._console.is_terminal:
            self._console.print(Text(line, style), no_wrap=True, overflow="ellipsis")
        else:
            self._console.print(Text(line, style), soft_wrap=True)


class TrainingView(_View):
    """Show each `TrainingProgress` it is called with: one bar, and two lines after each evaluation.

    Args:
        clock: returns the time that passes, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._bar = self._bars.add_task("", total=1.0)
        self._evaluations = 0
        self._clock = clock
        self._start: tuple[float, float] | None = None
        self._passed = self._got = 0.0

    def __call__(self, progress: TrainingProgress) -> None:
        """Show how far the training is; after an evaluation, what the network writes now."""
        now = self._clock()
        self._start = self._start or (now, progress.seconds)
        self._passed, self._got = now - self._start[0], progress.seconds - self._start[1]
        # A processor that is shared is expected to stay so.
        slower = max(self._passed / self._got, 1.0) if self._got else 1.0
        line = _describe(progress, progress.seconds_left * slower)
        self._bars.update(self._bar, completed=progress.done, description=line)
        # A training that is resumed has evaluations, and no sample yet.
        if progress.sample and progress.evaluations > self._evaluations:
            self._evaluations = progress.evaluations
            self._print(f"{progress.done:4.0%}  {line}")
            self._print(f"      {progress.sample}", style="dim")

    def sum_up(self) -> str:
        """Return a line on how much of the time the training got, where that is noticeably less than passed."""
        if self._passed < NOTICEABLE * self._got:
            return ""
        return (
            f"trained for {format_duration(self._got)} of the processor's time, which count, in "
            f"{format_duration(self._passed)}: other programs had it, or the training was stopped"
        )


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
                self._print(doing)
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


def _describe(progress: TrainingProgress, seconds_left: float) -> str:
    """Describe how far a training is, what matters most first: a narrow terminal cuts the end."""
    bits = f"best {_format_bits(progress.best_bits)}, held-out {_format_bits(progress.held_out_bits)}"
    return (
        f"{format_duration(seconds_left)} left  {bits}, training {_format_bits(progress.training_bits)} "
        f"bits per character  epoch {progress.epochs:.2f}"
    )


def _format_bits(bits: float) -> str:
    return f"{bits:.3f}" if math.isfinite(bits) else "–"
