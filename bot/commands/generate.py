"""`charla generate`: a seed in, the seed and the text on standard output."""

from __future__ import annotations

import argparse
import sys

from bot.commands import as_usage_error
from bot.generation.catalog import read_model
from bot.generation.model import ModelError
from bot.generation.request import GenerationRequest, InvalidRequestError, fresh_random_seed
from bot.generation.writing import write
from bot.settings import Settings, SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `generate`."""
    parser.add_argument("--model", metavar="NAME", help="which model (the default model)")
    parser.add_argument("--seed", required=True, metavar="TEXT", help="the phrase the text starts with")
    parser.add_argument(
        "--top-n",
        type=int,
        metavar="N",
        help="how many of the likeliest characters to sample from (3)",
        default=3,
    )
    parser.add_argument("--length", type=int, default=1024, metavar="N", help="characters to write (1024)")
    parser.add_argument("--random-seed", type=int, metavar="N", help="makes the text repeatable")


def run(arguments: argparse.Namespace) -> int:
    """Write on from the seed, printing the text as it grows."""
    with as_usage_error(InvalidRequestError):
        request = GenerationRequest(
            seed=arguments.seed,
            top_n=arguments.top_n,
            length=arguments.length,
            random_seed=fresh_random_seed() if arguments.random_seed is None else arguments.random_seed,
        )
    with as_usage_error(ModelError, SettingsError):
        settings = Settings.load()
        model = read_model(settings.model_folders, arguments.model or settings.default_model)
    from bot.generation.engines.tensorflow import TensorFlowCopy  # noqa: PLC0415 - seconds, and all else is right by now

    sys.stdout.write(request.seed)
    for (text,) in write(TensorFlowCopy(model), model.vocabulary, request):
        sys.stdout.write(text)
        sys.stdout.flush()
    sys.stdout.write("\n")
    return 0
