"""Measure how much text a model needs, and write docs/text-size.md: `python docs/text_size.py TEXT`.

It takes hours, on both cores of a two-core machine. Each run is kept, so it can be ended and started again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.commands.arguments import add_reading_arguments, parse_reading_options
from bot.evaluation.bits_per_character import bits_per_character
from bot.evaluation.folded_text import fold_items, join_items
from bot.generation.catalog import SHIPPED_BASES, read_model
from bot.generation.decode import write_texts
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.training.text_files import ReadingReport, read_items

PAGE = Path(__file__).with_name("text-size.md")
HELD_OUT = 100_000
"""Characters at the end of the text that no run learns: all are measured by the same."""
SEEDS = ("The ", "If you ", "When ")
TOP_N = 5
LENGTH = 200


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
STARTS = {"": "from scratch", BASE: f"going on from `{BASE}`"}
SIZES = ((50_000, 3), (200_000, 7), (1_000_000, 14), (5_000_000, 20))
"""How much each learns, and in how many minutes."""
RUNS = tuple(Run(size, minutes, start) for size, minutes in SIZES for start in STARTS)


def main() -> None:
    """Train what is not trained yet, then measure all and write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("text", type=Path, metavar="TEXT")
    parser.add_argument("--models", type=Path, required=True, metavar="DIR", help="where the runs' models are kept")
    parser.add_argument("--title", required=True, help="what the text is")
    add_reading_arguments(parser)
    arguments = parser.parse_args()
    items = list(read_items([arguments.text], parse_reading_options(arguments), ReadingReport()))
    learned, held_out = cut(items)
    for run in RUNS:
        if not (arguments.models / run.name).exists():
            train(run, learned, arguments.models)
    PAGE.write_text("\n".join(page(arguments.title, arguments.models, held_out)) + "\n", encoding="utf-8")


def cut(items: list[str]) -> tuple[list[str], list[str]]:
    """Return what may be learned, and the last `HELD_OUT` characters."""
    size, index = 0, len(items)
    while size < HELD_OUT:
        index -= 1
        size += len(items[index]) + 1
    return items[:index], items[index:]


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
    """Yield the page's lines."""
    measured = {run: Model.read(models / run.name) for run in RUNS}
    base = read_model([models, SHIPPED_BASES], BASE)
    yield "# How much text do I need?\n"
    about = (
        f"Measured on {title}: models that learned the first part of it, {' or '.join(STARTS.values())}, a model that "
        f"comes with Charla and never saw such a text. All read the same {HELD_OUT:,} characters of its end, which "
        "none had learned; a character that a model does not know is brought to the nearest that it does. "
        "Minutes are those on both cores of a two-core machine (AMD EPYC, AVX2); all else is what `train` chooses."
    )
    yield from textwrap.wrap(about, 120)
    yield ""
    yield "| text learned | minutes | bits per character, from scratch | going on from `prose` |"
    yield "|---|---:|---:|---:|"
    yield f"| none | – | – | {bits_on(held_out, base):.3f} |"
    for size, minutes in SIZES:
        bits = (f"{bits_on(held_out, measured[Run(size, minutes, start)]):.3f}" for start in STARTS)
        yield f"| {named(size)} | {minutes:g} | {' | '.join(bits)} |"
    yield f"\nWhat each writes at top-n {TOP_N} with the random seeds 1, 2 and 3, unpicked:"
    for size, minutes in SIZES:
        for start, how in STARTS.items():
            yield f"\n## {named(size)}, {how}\n\n```text"
            yield "\n\n".join(samples(measured[Run(size, minutes, start)]))
            yield "```"


def bits_on(items: list[str], model: Model) -> float:
    """Return what the model needs for a character of the items, in bits."""
    return bits_per_character(model, join_items(fold_items(items, model.vocabulary).items))


def samples(model: Model) -> Iterator[str]:
    """Yield a text for each of the seeds."""
    copy = TensorFlowCopy(model)
    for random_seed, seed in enumerate(SEEDS, start=1):
        request = GenerationRequest(seed, TOP_N, LENGTH, random_seed)
        (text,) = write_texts(copy, model.vocabulary, request)
        yield f"{seed}{text.rstrip()}"


def named(size: int) -> str:
    """Return the size in the unit that people use."""
    return f"{size // 1000} kB" if size < 1_000_000 else f"{size // 1_000_000} MB"


if __name__ == "__main__":
    main()
