"""Show a person how a training goes: a live bar in a terminal, a line an evaluation elsewhere, and samples."""

from __future__ import annotations

import math
import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from bot.training.progress import TrainingProgress, duration


class TrainingView:
    """Shows each `TrainingProgress` it is called with, on standard error."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
        self._bar = Progress(
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=1.0)
        self._evaluations = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, standing: TrainingProgress) -> None:
        """Show where the training stands; after an evaluation, what the network writes now."""
        self._bar.update(self._task, completed=standing.done, description=_line(standing))
        if standing.sample and standing.evaluations > self._evaluations:  # none yet where an old training goes on
            self._evaluations = standing.evaluations
            self._console.print(Text(f"{standing.done:4.0%}  {_line(standing)}"))
            self._console.print(Text(f"      {standing.sample}", style="dim"))


def _line(standing: TrainingProgress) -> str:
    bits = ", ".join(
        f"{name} {_number(value)}"
        for name, value in (
            ("training", standing.training_bits),
            ("held-out", standing.held_out_bits),
            ("best", standing.best_bits),
        )
    )
    return f"epoch {standing.epochs:.2f}  bits per character: {bits}  {duration(standing.seconds_left)} left"


def _number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"
