"""Measures how much text a model needs, and writes docs/text-size.md: `python docs/text_size.py TEXT`.

It takes hours, on both cores of a two-core machine. Each run is kept, so it can be ended and started again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.commands.reading import add_reading_arguments, reading_of
from bot.evaluation.bits import bits_per_character
from bot.evaluation.text import fold_items, join
from bot.generation.model import Model
from bot.training.reading import ReadingReport, read_items

PAGE = Path(__file__).with_name("text-size.md")
HELD_OUT = 100_000
"""Characters at the end of the text that no run learns: all are measured by the same."""
SAMPLED = (2, 3, 5)


@dataclass(frozen=True)
class Run:
    """A training on the first part of the text.

    Attributes:
        size: characters of that part.
        minutes: the budget.
        base: the model it goes on from; empty for none.
    """

    size: int
    minutes: float
    base: str

    @property
    def name(self) -> str:
        """The name of its model."""
        return f"{self.size // 1000}k-{self.minutes:g}-{self.base or 'scratch'}"


BASE = "prose"
RUNS = tuple(
    Run(size, minutes, base)
    for size, minutes in ((50_000, 5), (200_000, 2), (200_000, 10), (1_000_000, 20), (5_000_000, 20))
    for base in ("", BASE)
)


def main() -> None:
    """Train what is not trained yet, then measure all and write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--models", type=Path, required=True, metavar="DIR", help="where the runs' models are kept")
    parser.add_argument("--title", required=True, help="what the text is")
    add_reading_arguments(parser)
    arguments = parser.parse_args()
    items = list(read_items([arguments.text], reading_of(arguments), ReadingReport()))
    learned, held_out = cut(items)
    for run in RUNS:
        if not (arguments.models / run.name).exists():
            train(run, learned, arguments.models)
    PAGE.write_text("\n".join(page(arguments.title, arguments.models, held_out)) + "\n", encoding="utf-8")


def cut(items: list[str]) -> tuple[list[str], list[str]]:
    """What may be learned, and the last `HELD_OUT` characters."""
    size, place = 0, len(items)
    while size < HELD_OUT:
        place -= 1
        size += len(items[place]) + 1
    return items[:place], items[place:]


def train(run: Run, items: list[str], models: Path) -> None:
    """Train a model as a person would, on the items that make up the run's size."""
    size = 0
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for item in items:
            size += len(item) + 1
            if size > run.size:
                break
            file.write(f"{item}\n")
        file.flush()
        start = ["--from-model", run.base] if run.base else ["--from-scratch"]
        words = ["train", file.name, "--name", run.name, "--minutes", str(run.minutes), *start]
        subprocess.run([sys.executable, "-m", "bot", *words], env=os.environ | {"MODELS_DIR": str(models)}, check=True)


def page(title: str, models: Path, held_out: list[str]) -> Iterator[str]:
    """The page's lines."""
    measured = {run: Model.read(models / run.name) for run in RUNS}
    yield "# How much text do I need?\n"
    yield f"Measured on {title}: models that learned its first part, all measured by the same {HELD_OUT:,} characters"
    yield "of its end. Minutes are those on two cores; a training that gains nothing any more ends before its budget.\n"
    yield "| text | learned | minutes | bits per character |"
    yield "|---|---|---:|---:|"
    for run, model in measured.items():
        bits = bits_per_character(model, join(fold_items(held_out, model.vocabulary).items))
        quality = model.card.quality
        minutes = quality.minutes if quality else run.minutes
        yield f"| {size_of(run)} | {start_of(run)} | {minutes:.0f} | {bits:.3f} |"
    for run, model in measured.items():
        yield f"\n## {size_of(run)}, {start_of(run)}, {run.minutes:g} minutes at the most\n"
        for sample in model.card.samples:
            if sample.top_n in SAMPLED:
                yield f"```text\n{sample.seed}{sample.text}\n```\n\ntop-n {sample.top_n}\n"


def size_of(run: Run) -> str:
    """The size in the unit that people use."""
    return f"{run.size // 1000} kB" if run.size < 1_000_000 else f"{run.size // 1_000_000} MB"


def start_of(run: Run) -> str:
    """What it went on from."""
    return f"from `{run.base}`" if run.base else "from scratch"


if __name__ == "__main__":
    main()
