"""Run every benchmark, as `make bench` does; end with exit code 1 when a goal is missed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks import burst
from benchmarks.bot_process import Starts, judge_bot, measure_bot
from benchmarks.comparison import Rounds, compare
from benchmarks.contenders import CONTENDERS, Contender
from benchmarks.docs_page import describe_machine, format_report, write_page
from benchmarks.drafts import DraftCosts, judge_drafts, measure_drafts
from benchmarks.figures import Comparison, to_json
from benchmarks.goals import Goal, judge
from benchmarks.options import parse_count
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
    """Run the benchmarks that the arguments name; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = Settings.load(log_level="warning", rate_limit_user=0, rate_limit_server=0, development_guild=0)
        catalog = Catalog.read(settings.model_folders, settings.default_model, settings.signing_key)
    except (SettingsError, ModelError) as error:
        parser.error(str(error))
    rounds = Rounds(options.rounds, options.starts)
    comparisons = [_compare(shape, catalog, options.contenders, rounds) for shape in options.shapes]
    reached = [goal for comparison in comparisons if comparison.shape == TUTORIAL for goal in judge(comparison)]
    _print_progress("drafts")
    drafts = measure_drafts(catalog.default, options.rounds)
    reached += judge_drafts(drafts)
    bot: list[Starts] = []
    if not options.no_bot:
        _print_progress("the bot itself")
        bot = measure_bot(options.starts)
        reached += judge_bot(bot)
    print(format_report(comparisons, drafts, bot, reached), flush=True)
    _write_json(options.json, comparisons, drafts, bot, reached)
    if options.write_docs:
        write_page(comparisons, drafts, bot, reached)
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


def _compare(shape: str, catalog: Catalog, contenders: Sequence[Contender], rounds: Rounds) -> Comparison:
    if shape == TUTORIAL:
        model, title = tutorial_model(), "The tutorial's shape: embedding 64, LSTM 512, vocabulary 98"
    else:
        model, title = catalog.default, f"The default model, {catalog.default.name}"
    return compare(shape, title, model, contenders, rounds, _print_progress)


def _write_json(
    path: Path, comparisons: Sequence[Comparison], drafts: DraftCosts, bot: Sequence[Starts], reached: Sequence[Goal]
) -> None:
    found = {
        "circumstances": describe_machine(),
        "comparisons": [to_json(comparison) for comparison in comparisons],
        "drafts": asdict(drafts),
        "bot": [asdict(starts) for starts in bot],
        "goals": [{"what": g.what, "wanted": g.wanted, "found": g.found, "reached": g.reached} for g in reached],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure Charla beside what else there is.")
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument("--rounds", type=parse_count, default=5, metavar="N", help="rounds of measuring (default: 5)")
    parser.add_argument(
        "--starts", type=parse_count, default=3, metavar="N", help="starts of each process (default: 3)"
    )
    parser.add_argument(
        "--contenders", type=_parse_contenders, default=CONTENDERS, metavar="NAME,...",
        help=f"only these: {', '.join(names)}",
    )  # fmt: skip
    parser.add_argument(
        "--shapes", nargs="+", choices=(TUTORIAL, DEFAULT), default=(TUTORIAL, DEFAULT),
        help="the tutorial's shape, on which the goals are judged, the default model, or both",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, default=JSON, metavar="FILE", help=f"where all figures go ({JSON})")
    parser.add_argument("--write-docs", action="store_true", help="write the figures into docs/benchmarks.md")
    parser.add_argument("--no-bot", action="store_true", help="leave out what is measured of the bot as a whole")
    return parser


def _parse_contenders(text: str) -> tuple[Contender, ...]:
    names = text.split(",")
    known = [contender.name for contender in CONTENDERS]
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r}: allowed are {', '.join(known)}")
    return tuple(contender for contender in CONTENDERS if contender.name in names)


def _print_progress(doing: str) -> None:
    print(doing, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
