"""Measure how well a model writes, by text it did not learn: `charla evaluate TEXT...`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bot.commands import require_tensorflow
from bot.commands.arguments import (
    add_engine_argument,
    add_model_arguments,
    add_reading_arguments,
    choose_model,
    make_copy,
    make_litert_reader,
    parse_reading_options,
    read_text,
)
from bot.commands.progress_views import EvaluationView
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError, show_controls
from bot.evaluation.bits_per_character import make_keras_reader
from bot.evaluation.card_top_n import write_top_n
from bot.evaluation.evaluate import EvaluationOptions, ModelRunner, evaluate
from bot.evaluation.report import Evaluation, to_json, to_markdown, to_text
from bot.evaluation.words import WORD_LISTS, WordList
from bot.generation.card import CARD_FILE
from bot.generation.catalog import find_models
from bot.generation.model import Model
from bot.limits import MAX_RANDOM_SEED
from bot.settings import Settings
from bot.training.text_files import ReadingReport, read_items
from bot.training.training_text import split_items

FEWEST_CHARACTERS = 1000
ALL = "all"
_ALL = 2**31 - 1


def _to_svg(evaluation: Evaluation) -> str:
    from bot.evaluation.charts import draw_closeness, render_svg  # noqa: PLC0415 - matplotlib takes a second

    return render_svg(draw_closeness(evaluation), f"{evaluation.model}: how far its text is from real text")


FILES: dict[str, Callable[[Evaluation], str]] = {"picture": _to_svg, "json": to_json, "markdown": to_markdown}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `evaluate`."""
    parser.add_argument("text", type=Path, nargs="+", metavar="TEXT", help="what the model learned from, as for train")
    add_model_arguments(parser)
    add_engine_argument(parser)
    parser.add_argument("--words", type=Path, metavar="FILE", help="a list of real words, one a line (Debian's)")
    parser.add_argument("--top-n", default="1,2,3,5,10,20,all", metavar="N,...", help="what to compare (%(default)s)")
    numbers = {
        "--characters-generated": (40_000, "how many to write at each top-n"),
        "--reciting-characters": (100_000, "how many to write to look for what is recited"),
        "--reciting-top-n": (5, "what to write those at"),
        "--random-seed": (0, "makes what is written repeatable"),
    }
    for name, (default, what) in numbers.items():
        parser.add_argument(name, type=int, default=default, metavar="N", help=f"{what} (%(default)d)")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw closeness by top-n")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables for a page")
    parser.add_argument("--write", action="store_true", help="put the recommended top-n into the model's card")
    parser.add_argument("--no-baselines", action="store_true", help="do not compare with simpler models")
    add_reading_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print the tables to standard output."""
    require_tensorflow()
    options = _parse_options(arguments)
    files = [path for kind in FILES if (path := getattr(arguments, kind))]
    for path in files:
        if not path.resolve().parent.is_dir():
            raise InvalidInputError(f"{path}: the folder {path.parent} does not exist")
    word_list = _read_word_list(arguments.words)
    model = choose_model(arguments)
    folder = _find_writable_folder(arguments, model) if arguments.write else None
    report = ReadingReport()
    with show_waiting("reading the text"):
        items = split_items(read_items(arguments.text, parse_reading_options(arguments), report))
    for line in report.describe():
        _say(line)
    _note_other_text(model, items)
    make_reader = make_litert_reader if arguments.engine == "litert" else make_keras_reader
    runner = ModelRunner(partial(make_copy, arguments), make_reader)
    with EvaluationView() as view:
        evaluation = evaluate(model, items, word_list, options, view, runner)
    sys.stdout.write(show_controls(to_text(evaluation), keep="\n\t"))
    _write_files(arguments, evaluation)
    if folder:
        _write_card(folder, evaluation)
    return 0


def _parse_options(arguments: argparse.Namespace) -> EvaluationOptions:
    for name in ("characters_generated", "reciting_characters"):
        if (value := getattr(arguments, name)) < FEWEST_CHARACTERS:
            option = f"--{name.replace('_', '-')}"
            raise InvalidInputError(f"{option} {value}: allowed are whole numbers of {FEWEST_CHARACTERS:,} or more")
    if arguments.reciting_top_n < 1:
        raise InvalidInputError(f"--reciting-top-n {arguments.reciting_top_n}: allowed are whole numbers of 1 or more")
    if not 0 <= arguments.random_seed <= MAX_RANDOM_SEED:
        raise InvalidInputError(f"--random-seed {arguments.random_seed}: allowed are 0 to {MAX_RANDOM_SEED}")
    return EvaluationOptions(
        top_ns=tuple(_parse_top_n(part.strip(), arguments.top_n) for part in arguments.top_n.split(",")),
        characters=arguments.characters_generated,
        reciting_top_n=arguments.reciting_top_n,
        reciting_characters=arguments.reciting_characters,
        baselines=not arguments.no_baselines,
        random_seed=arguments.random_seed,
    )


def _parse_top_n(part: str, given: str) -> int:
    if part == ALL:
        return _ALL
    number = int(part) if part.isascii() and part.isdecimal() and len(part) < 10 else 0
    if not number:
        raise InvalidInputError(
            f'--top-n {given}: {part!r} is not allowed, only whole numbers of 1 or more and "{ALL}"'
        )
    return number


def _read_word_list(path: Path | None) -> WordList | None:
    if path is None:
        path = next((each for each in WORD_LISTS if each.is_file()), None)
    if path is None:
        _say("there is no list of words here: install wamerican-large, or name one with --words")
        return None
    return WordList(read_text(path, "--words").split("\n"), path.name)


def _find_writable_folder(arguments: argparse.Namespace, model: Model) -> Path:
    if arguments.checkpoint_path:
        raise InvalidInputError("--write goes with --model: a checkpoint has no card to write to")
    folder = find_models(Settings.load().model_folders)[model.name]
    if not os.access(folder, os.W_OK):
        raise InvalidInputError(f"--write: {folder} is not writable")
    return folder


def _note_other_text(model: Model, items: Sequence[Sequence[str]]) -> None:
    characters = sum(len(item) + 1 for part in items for item in part)
    corpus = model.card.corpus
    if corpus and corpus.characters and corpus.characters != characters:
        _say(
            f"{model.name} learned a text of {corpus.characters:,} characters, this one has {characters:,}: "
            "if it is another, what is held out here may have been learned"
        )
    elif corpus and corpus.split == "place":
        _say(
            f"{model.name} was trained when items were held out by their places: most of what is held out here, by the "
            "items' digests, it has learned, and looks better than it is"
        )


def _write_files(arguments: argparse.Namespace, evaluation: Evaluation) -> None:
    for kind, render in FILES.items():
        if path := getattr(arguments, kind):
            try:
                path.write_text(render(evaluation), encoding="utf-8")
            except OSError as error:
                raise InvalidInputError(f"--{kind} {path} cannot be written: {error.strerror}") from None


def _write_card(folder: Path, evaluation: Evaluation) -> None:
    try:
        write_top_n(folder, evaluation.recommended)
    except OSError as error:
        raise InvalidInputError(f"--write: {folder / CARD_FILE} cannot be written: {error.strerror}") from None
    _say(f"{folder / CARD_FILE} now recommends a top-n of {evaluation.recommended}")


def _say(line: str) -> None:
    sys.stderr.write(f"charla evaluate: {line}\n")
