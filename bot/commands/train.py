"""`python -m bot train FILE --name NAME`: learn a text, write the model folder."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import as_usage_error
from bot.commands.folders import new_model_folder
from bot.generation.model import ModelError
from bot.training.text import TextError, TrainingText

if TYPE_CHECKING:
    from bot.training.fit import Progress

OPTIONS = ("minutes", "epochs", "units", "embedding", "dropout", "random_seed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `train`."""
    parser.add_argument("text", type=Path, metavar="FILE", help="UTF-8 text, one item a line")
    parser.add_argument("--name", required=True, help="the new model's name: a-z, 0-9 and -, up to 32")
    parser.add_argument("--licence", default="not stated", help="the text's licence, for the model's card")
    parser.add_argument("--description", default="", help="one line for people who choose a model")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long to train (%(default)g)")
    parser.add_argument("--epochs", type=float, default=0.0, help="passes over the text at the most (0: any number)")
    parser.add_argument("--units", type=int, default=512, help="LSTM units (%(default)d)")
    parser.add_argument("--embedding", type=int, default=64, help="embedding size (%(default)d)")
    parser.add_argument("--dropout", type=float, default=0.3, help="0 to below 1 (%(default)g)")
    parser.add_argument("--random-seed", type=int, default=0, help="makes a training repeatable")


def run(arguments: argparse.Namespace) -> int:
    """Train as `arguments` say; 0 when the model folder is written."""
    folder = new_model_folder(arguments.name)
    with as_usage_error(TextError):
        text = TrainingText.read(arguments.text)
    _say(f"{text.characters:,} characters, {len(text.vocabulary)} different, {len(text.held_out)} items held out")
    from bot.training.fit import Fit, InvalidOptionError, NothingLearnedError, Options  # noqa: PLC0415 - imports TensorFlow, and the text is fine by now

    with as_usage_error(InvalidOptionError):
        options = Options(**{name: getattr(arguments, name) for name in OPTIONS})
    with as_usage_error(TextError, NothingLearnedError, ModelError):
        fit = Fit(text, options, arguments.licence, arguments.description)
        for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell has background jobs ignore it
            signal.signal(number, signal.default_int_handler)
        try:
            fit.run(ProgressLine())
        except KeyboardInterrupt:
            _say("\ninterrupted: keeping the best epoch so far")
        model = fit.model(folder.name)
        model.write(folder)
    quality = model.card.quality
    bits = quality.held_out_bits_per_character if quality else math.nan
    _say(f"\n{folder}: {bits:.3f} bits per character on held-out text")
    return 0


class ProgressLine:
    """Prints where a training stands: rewriting one line in a terminal, a line a minute elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._interval = 1.0 if self._live else 60.0
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        """Print `progress`, unless the last line is too recent."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._interval
        left = f"{progress.seconds_left / 60:.0f} min left"
        held_out = "–" if math.isinf(progress.held_out_bits) else f"{progress.held_out_bits:.3f}"
        best = "–" if math.isinf(progress.best_bits) else f"{progress.best_bits:.3f}"
        line = (
            f"{progress.done:4.0%}  epoch {progress.epoch:6.2f}  bits per character: training "
            f"{progress.training_bits:.3f}, held-out {held_out}, best {best}  {left}"
        )
        sys.stderr.write(f"\r{line}\x1b[K" if self._live else f"{line}\n")
        sys.stderr.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
