"""Train a model on a text, and write its folder: `charla train TEXT... --name NAME`."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

from bot.commands import require_tensorflow
from bot.commands.arguments import add_reading_arguments, parse_reading_options
from bot.commands.new_model import TRAINING_PREFIX, add_conversion, new_model_folder
from bot.commands.progress_views import EvaluationView, TrainingView, plot_curve
from bot.commands.streams import open_standard_output, write_tar
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError
from bot.generation.catalog import SHIPPED_BASES, SHIPPED_MODELS
from bot.generation.model import Model
from bot.invocation import name_command
from bot.training.options import TrainingOptions, flag
from bot.training.plan import DEFAULT_BASE, TrainingRequest
from bot.training.progress import NothingLearnedError, format_duration
from bot.training.text_files import ReadingReport, name_source, read_items
from bot.training.training_run import TrainingRun
from bot.training.training_text import TooLittleTextError

if TYPE_CHECKING:
    from bot.training.trainer import Trainer

INTERRUPTED = 130
CURVE_FILE = "curve.svg"
"""In a model folder: how the training went."""
LISTED = 10
"""So many of the characters that found no room are named."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `train`."""
    parser.add_argument("text", nargs="*", type=Path, metavar="TEXT", help="files to learn from; - for standard input")
    parser.add_argument("--name", required=True, help="the new model's name: a-z, 0-9 and -, up to 32")
    parser.add_argument(
        "--to",
        choices=["-"],
        metavar="-",
        help="write the model to standard output, as a tar archive of its folder, and keep none of it",
    )
    parser.add_argument("--licence", default="not stated", help="the text's licence, for the model's card")
    parser.add_argument("--description", default="", help="one line for people who choose a model")
    going_on = parser.add_argument_group("an interrupted training").add_mutually_exclusive_group()
    going_on.add_argument("--resume", action="store_true", help="go on where it stopped")
    going_on.add_argument("--finish", action="store_true", help="take the best so far as the model")
    add_reading_arguments(parser)
    group = parser.add_argument_group("learning", "what is not given suits the size of the text")
    group.add_argument(
        "--vocabulary", choices=("corpus", "tutorial"), default="corpus", help="whose characters to know (corpus)"
    )
    start = group.add_mutually_exclusive_group()
    start.add_argument(
        "--from-model", default="", metavar="NAME", help=f"go on from this model (small texts: {DEFAULT_BASE})"
    )
    start.add_argument("--from-scratch", action="store_true", help="go on from no model")
    for option in fields(TrainingOptions):
        group.add_argument(
            flag(option.name),
            type=type(option.default),
            choices=option.metadata.get("choices"),
            metavar=None if "choices" in option.metadata else "N",
            help=option.metadata["what"],
        )


def run(arguments: argparse.Namespace) -> int:
    """Train a model; return 0 when its folder is written, 130 when interrupted.

    Raises:
        InvalidInputError: something given is wrong; no model and no half of one is left.
    """
    if not arguments.to:
        return _train(arguments)
    with open_standard_output("--to -") as archive:
        return _train(arguments, archive)


def _train(arguments: argparse.Namespace, archive: BinaryIO | None = None) -> int:
    require_tensorflow()
    folder = new_model_folder(arguments.name)
    run_folder = folder.with_name(f"{TRAINING_PREFIX}{folder.name}")
    going_on = arguments.resume or arguments.finish
    try:
        training = _resume(arguments, run_folder) if going_on else _start(arguments, run_folder)
        with _remove_on(Exception if not going_on else (), training):
            _say("starting TensorFlow ...")
            trainer = training.make_trainer()
        _say(trainer.description)
        with _remove_on(NothingLearnedError, training):  # there is nothing to resume
            finished = arguments.finish or _train_until_interrupted(trainer)
        if not finished:
            way = name_command(f"train --name {folder.name} --resume")
            _say(f"\ninterrupted: `{way}` goes on, with --finish instead the best so far becomes the model")
            return INTERRUPTED
        if training.cluster.index:
            training.remove()
            _say("done: the first of the machines makes the model")
            return 0
        with EvaluationView() as view:
            model = training.make_model(folder.name, trainer, view)
            view("converting for LiteRT", 0)
            model = add_conversion(model)
        model.write(folder)
        training.remove()  # first of all: people's texts are in it
        _write_curve(folder, trainer.history.held_out_curve())
        if archive:
            _hand_over(folder, archive)
    except OSError as error:
        raise InvalidInputError(
            f"{error.filename or folder.parent} cannot be written: {error.strerror or error}"
        ) from error
    _say("\n".join(plot_curve(trainer.history.held_out_curve())))
    _say(summarise(model, folder, handed_over=archive is not None))
    return 0


def _hand_over(folder: Path, archive: BinaryIO) -> None:
    """Write the folder to an archive, and remove it; if nobody takes the archive to its end, the folder stays."""
    try:
        write_tar(folder, archive)
    except InvalidInputError as error:
        raise InvalidInputError(f"{error}; the model is in {folder}") from None
    shutil.rmtree(folder)


@contextmanager
def _remove_on(errors: type[Exception] | tuple[()], training: TrainingRun) -> Iterator[None]:
    try:
        yield
    except errors:
        training.remove()
        raise


def _resume(arguments: argparse.Namespace, folder: Path) -> TrainingRun:
    given = [option.name for option in fields(TrainingOptions) if getattr(arguments, option.name) is not None]
    wrong = [*map(str, arguments.text), *(flag(name) for name in given if name != "minutes")]
    if wrong:
        raise InvalidInputError(f"{wrong[0]}: a training goes on as it was started; give --name, and at most --minutes")
    return TrainingRun.resume(folder, _model_folders(folder), arguments.minutes)


def _start(arguments: argparse.Namespace, folder: Path) -> TrainingRun:
    if not arguments.text:
        raise InvalidInputError("TEXT is missing: name one or more files to learn from")
    if folder.exists():
        raise InvalidInputError(
            f"--name {arguments.name}: a training of that name was interrupted; --resume goes on with it, --finish "
            f"takes the best so far; to start over, remove {folder}"
        )
    request = TrainingRequest(
        sources=tuple(Path(name_source(path)).name for path in arguments.text),
        licence=arguments.licence,
        description=arguments.description,
        vocabulary=arguments.vocabulary,
        base=arguments.from_model,
        from_scratch=arguments.from_scratch,
        options={
            option.name: getattr(arguments, option.name)
            for option in fields(TrainingOptions)
            if getattr(arguments, option.name) is not None
        },
    )
    report = ReadingReport()
    items = read_items(arguments.text, parse_reading_options(arguments), report)
    try:
        with show_waiting("reading the text"):
            training = TrainingRun.start(folder, items, request, _model_folders(folder))
    except TooLittleTextError as error:  # why there is so little may be what was left out
        raise InvalidInputError("; ".join([str(error), *report.describe()])) from None
    _say("\n".join(_describe_start(training, report)))
    return training


def _model_folders(folder: Path) -> list[Path]:
    return [folder.parent, SHIPPED_MODELS, SHIPPED_BASES]


def _describe_start(training: TrainingRun, report: ReadingReport) -> Iterator[str]:
    """Yield lines on what was read, what was left out, and how it will be learned."""
    facts, options = training.text.facts, training.options
    yield (
        f"{facts.size:,} characters in {facts.items:,} items, {len(training.text.held_out):,} of them held out; "
        f"{len(facts.characters)} different characters"
    )
    yield from report.describe(facts.duplicates)
    if facts.replaced:
        some = " ".join(list(facts.replaced)[:LISTED])
        yield (
            f"{len(facts.replaced)} characters are not in the vocabulary, and were folded or dropped "
            f"{sum(facts.replaced.values()):,} times: {some}{' ...' if len(facts.replaced) > LISTED else ''}"
        )
    start = f"going on from {training.base.name}" if training.base else "from scratch"
    layers = " - ".join(
        f"{layer.kind} {layer.size if layer.kind == 'embedding' else layer.units}"
        for layer in training.draft_card().layers
        if layer.kind != "dropout"
    )
    budget = f"at most {format_duration(options.minutes * 60)} of the processor's time"
    yield f"{start}: {layers}, dropout {options.dropout:g}; {budget}"


def _write_curve(folder: Path, curve: list[tuple[float, float]]) -> None:
    from bot.evaluation.charts import draw_learning_curve, render_svg  # noqa: PLC0415 - matplotlib takes a second

    chart = draw_learning_curve(folder.name, curve)
    (folder / CURVE_FILE).write_text(render_svg(chart, f"Learning curve of {folder.name}"), encoding="utf-8")


def _train_until_interrupted(trainer: Trainer) -> bool:
    """Train; return False if SIGINT or SIGTERM came."""
    interrupted = Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell has background jobs ignore it
        signal.signal(number, lambda *_: interrupted.set())
    with TrainingView() as view:
        trainer.run(view, interrupted.is_set)
    if line := view.sum_up():
        _say(line)
    return not interrupted.is_set()


def summarise(model: Model, folder: Path, *, handed_over: bool = False) -> str:
    """Describe the model that came out, for the person who waited for it; `handed_over` if it left this machine."""
    quality = model.card.quality
    bits = f"{quality.held_out_bits_per_character:.3f}" if quality else "unknown"
    if handed_over:
        return f"\n{model.name}: {bits} bits per character on held-out text; written to standard output"
    generate = name_command(f"generate --model {model.name} --seed {shlex.quote(model.card.use.seeds[0])}")
    return (
        f"\n{os.fspath(folder)}: {bits} bits per character on held-out text\n"
        f"try it: {generate}\na running bot has it once it has read its models again (SIGHUP, or a restart)"
    )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
