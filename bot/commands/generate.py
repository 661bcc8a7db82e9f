"""Write on from a seed, and print both: `charla generate`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.commands import require_tensorflow
from bot.commands.arguments import add_engine_argument, add_model_arguments, choose_model, make_copy, read_text
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError, show_controls
from bot.generation.choose import choose, judge, widen
from bot.generation.decode import decode_as_advised, write, write_texts
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, fresh_random_seed
from bot.limits import COMMAND_LINE_LENGTH, DEFAULT_TOP_N

PASSAGE_LENGTHS = (2, 4, 8, 16, 32)
"""A passage that becomes a seed has one of these lengths in characters, as in the tutorial."""

WHITE_SPACE = "\n\t\r"
"""Control characters that a model may write to a terminal: its maker may have given it others."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `generate`."""
    add_model_arguments(parser)
    add_engine_argument(parser)
    seed = parser.add_mutually_exclusive_group(required=True)
    seed.add_argument("--seed", metavar="TEXT", help="the phrase the text starts with")
    seed.add_argument("--text-path", type=Path, metavar="FILE", help="a text; a random passage of it becomes the seed")
    parser.add_argument(
        "--length", type=int, default=COMMAND_LINE_LENGTH, metavar="N", help="how many ids to sample (%(default)d)"
    )
    parser.add_argument("--top-n", type=int, metavar="N", help="likeliest characters kept (what the model's card says)")
    parser.add_argument("--min-p", type=float, metavar="X", help="cut what is less likely than X times the likeliest")
    parser.add_argument("--temperature", type=float, metavar="X", help="above 0 (1, or what the card says)")
    parser.add_argument(
        "--drafts", type=int, default=1, metavar="N", help="write so many side by side, show the best (%(default)d)"
    )
    parser.add_argument("--random-seed", type=int, metavar="N", help="makes the text repeatable")
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many completions (%(default)d)")
    parser.add_argument("--first-line", action="store_true", help="end each completion at its first line break")
    parser.add_argument("--fold", action="store_true", help="fold the seed to the model's characters, as the bot does")


def run(
    arguments: argparse.Namespace, make_copy: Callable[[argparse.Namespace, Model], StatefulCopy] = make_copy
) -> int:
    """Write on from the seed, printing the text as it grows; `make_copy` makes what writes, by the arguments."""
    if arguments.count < 1:
        raise InvalidInputError(f"count {arguments.count}: allowed are whole numbers of 1 or more")
    random_seed = fresh_random_seed() if arguments.random_seed is None else arguments.random_seed
    request = GenerationRequest(
        seed="?",
        top_n=DEFAULT_TOP_N if arguments.top_n is None else arguments.top_n,
        length=arguments.length,
        random_seed=random_seed,
        first_line=arguments.first_line,
        temperature=1.0 if arguments.temperature is None else arguments.temperature,
        min_p=arguments.min_p or 0.0,
        drafts=arguments.drafts,
    )
    typed = arguments.seed if arguments.text_path is None else draw_passage(arguments.text_path, random_seed)
    replace(request, seed=typed)  # an empty one is wrong for every model
    if arguments.engine == "tensorflow":
        require_tensorflow("" if arguments.checkpoint_path else ". `--engine litert` does without")
    model = choose_model(arguments)
    request = replace(request, seed=model.vocabulary.fold(typed) if arguments.fold else typed)
    request = _fill_in_advice(request, arguments, model)
    _note_unknown(request.seed, model)
    with show_waiting("loading the model"):
        copy = make_copy(arguments, model)  # seconds under TensorFlow, and all else is right by now
    _print_completions(copy, model, request, typed, arguments.count)
    return 0


def _fill_in_advice(request: GenerationRequest, arguments: argparse.Namespace, model: Model) -> GenerationRequest:
    """Return the request sampled as the model's card advises, as far as the command line does not say."""
    if arguments.top_n is not None:
        return request
    advised = replace(decode_as_advised(request, model), drafts=request.drafts)
    if arguments.min_p is not None:
        advised = replace(advised, top_n=len(model.vocabulary), min_p=arguments.min_p)
    return advised if arguments.temperature is None else replace(advised, temperature=arguments.temperature)


def draw_passage(path: Path, random_seed: int) -> str:
    """Draw a random passage of a text as the tutorial does: a random length, then a random start.

    Raises:
        InvalidInputError: the text cannot be read, or is empty.
    """
    text = read_text(path, "--text-path")
    # The completions draw from spawned sequences, so this one is used for nothing else.
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(random_seed)))
    length = min(int(random.choice(PASSAGE_LENGTHS)), len(text))
    start = int(random.integers(0, len(text) - length + 1))
    return text[start : start + length]


def _note_unknown(seed: str, model: Model) -> None:
    unknown = sorted({character for character in seed if character not in model.vocabulary})
    if unknown:
        names = " ".join(map(repr, unknown))
        sys.stderr.write(f"charla generate: {model.name} does not know {names}: fed as unknown (see --fold)\n")


def _print_completions(copy: StatefulCopy, model: Model, request: GenerationRequest, typed: str, count: int) -> None:
    for index in range(count):
        sys.stdout.write(typed)
        for text in _write_one(copy, model, request, index):
            sys.stdout.write(show_controls(text, keep=WHITE_SPACE))
            sys.stdout.flush()
        sys.stdout.write("\n")


def _write_one(copy: StatefulCopy, model: Model, request: GenerationRequest, index: int) -> Iterator[str]:
    """Yield a completion as it grows; of several drafts the best, when all are written."""
    wide = widen(request)
    first = index * wide.count
    if wide.count == 1:
        yield from (text for (text,) in write(copy, model.vocabulary, wide, first_completion=first))
    else:
        drafts = write_texts(copy, model.vocabulary, wide, first_completion=first)
        yield from choose(judge(drafts, request, model.learned), request)
