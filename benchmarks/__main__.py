"""`make bench`: every benchmark; exit code 1 when a goal is missed. docs/benchmarks.md explains them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks import burst
from benchmarks.bot_process import Starts, bot_goals, measure_bot
from benchmarks.comparison import Rounds, compare
from benchmarks.figures import Comparison, as_json
from benchmarks.goals import Goal, goals
from benchmarks.options import count
from benchmarks.page import circumstances, report, write_page
from benchmarks.ways import WAYS, Way
from bot.errors import ModelError, SettingsError
from bot.generation.card import LSTM, Card, Embedding, weight_shapes
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.generation.vocabulary import Vocabulary
from bot.settings import Settings

TUTORIAL = "tutorial"
DEFAULT = "default"
JSON = Path("build/bench.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them in turn."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = Settings.load(log_level="warning", rate_limit_user=0, rate_limit_server=0, development_guild=0)
        catalog = Catalog.read(settings.model_folders, settings.default_model)
    except (SettingsError, ModelError) as error:
        parser.error(str(error))
    rounds = Rounds(options.rounds, options.starts)
    comparisons = [_compare(shape, catalog, options.ways, rounds) for shape in options.shapes]
    reached = [goal for comparison in comparisons if comparison.shape == TUTORIAL for goal in goals(comparison)]
    bot: list[Starts] = []
    if not options.no_bot:
        _say("the bot itself")
        bot = measure_bot(options.starts)
        reached += bot_goals(bot)
    print(report(comparisons, bot, reached), flush=True)
    _write_json(options.json, comparisons, bot, reached)
    if options.write_docs:
        write_page(comparisons, bot, reached)
    burst_reached = options.no_bot or burst.run(settings, catalog)
    return 0 if burst_reached and all(goal.reached for goal in reached) else 1


def tutorial_model() -> Model:
    """Return a model of the tutorial's shape. Its weights are random: how fast it writes does not depend on them."""
    card = Card(characters=Vocabulary.tutorial().characters, layers=(Embedding(size=64), LSTM(units=512)))
    random = np.random.default_rng(0)
    weights = {
        name: (random.standard_normal(shape) * (0.5 if name == "output.kernel" else 0.05)).astype(np.float32)
        for name, shape in weight_shapes(card).items()
    }
    return Model("tutorial-shape", card, weights)


def _compare(shape: str, catalog: Catalog, ways: Sequence[Way], rounds: Rounds) -> Comparison:
    if shape == TUTORIAL:
        model, title = tutorial_model(), "The tutorial's shape: embedding 64, LSTM 512, vocabulary 98"
    else:
        model, title = catalog.default, f"The default model, {catalog.default.name}"
    return compare(shape, title, model, ways, rounds, _say)


def _write_json(path: Path, comparisons: Sequence[Comparison], bot: Sequence[Starts], reached: Sequence[Goal]) -> None:
    found = {
        "circumstances": circumstances(),
        "comparisons": [as_json(comparison) for comparison in comparisons],
        "bot": [asdict(starts) for starts in bot],
        "goals": [{"what": g.what, "wanted": g.wanted, "found": g.found, "reached": g.reached} for g in reached],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Charla beside what else there is.")
    names = [way.name for way in WAYS]
    parser.add_argument("--rounds", type=count, default=5, metavar="N", help="rounds of measuring (default: 5)")
    parser.add_argument("--starts", type=count, default=3, metavar="N", help="starts of each process (default: 3)")
    parser.add_argument(
        "--ways", type=_ways, default=WAYS, metavar="NAME,...", help=f"only these: {', '.join(names)}",
    )  # fmt: skip
    parser.add_argument(
        "--shapes", nargs="+", choices=(TUTORIAL, DEFAULT), default=(TUTORIAL, DEFAULT),
        help="the tutorial's shape, on which the goals are judged, the default model, or both",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, default=JSON, metavar="FILE", help=f"where all figures go ({JSON})")
    parser.add_argument("--write-docs", action="store_true", help="write the figures into docs/benchmarks.md")
    parser.add_argument("--no-bot", action="store_true", help="leave out what is measured of the bot as a whole")
    return parser


def _ways(text: str) -> tuple[Way, ...]:
    wanted = text.split(",")
    there = [way.name for way in WAYS]
    if unknown := [name for name in wanted if name not in there]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r}: allowed are {', '.join(there)}")
    return tuple(way for way in WAYS if way.name in wanted)


def _say(doing: str) -> None:
    print(doing, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
