"""Show what a model expects after a text, and so what top-n cuts away: `charla probabilities`."""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np
import numpy.typing as npt

from bot.commands import require_tensorflow
from bot.commands.arguments import add_engine_argument, add_model_arguments, choose_model, make_litert_reader
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError
from bot.generation.model import Model
from bot.generation.reference import softmax
from bot.generation.vocabulary import Ids, Vocabulary

SHOWN = 20
BAR = 50
"""The longest bar, in columns."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `probabilities`."""
    add_model_arguments(parser)
    add_engine_argument(parser)
    parser.add_argument("--text", required=True, metavar="TEXT", help="what the model reads")
    parser.add_argument("--json", action="store_true", help="all numbers, one row for each character of the text")


def run(arguments: argparse.Namespace) -> int:
    """Print the distributions after each character of the text, or bars for the last one."""
    if not arguments.text:
        raise InvalidInputError("--text is empty: give at least one character to read")
    require_tensorflow()  # in eight bits as well: the graph that shows them is converted for the purpose
    model = choose_model(arguments)
    with show_waiting("loading the model"):
        rows = _compute_probabilities(model, model.vocabulary.encode(arguments.text), arguments.engine)
    if arguments.json:
        characters = ["", *model.vocabulary.characters]
        json.dump({"vocabulary": characters, "probabilities": rows.tolist()}, sys.stdout)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in draw_bars(rows[-1], model.vocabulary))
    return 0


def _compute_probabilities(model: Model, text: Ids, engine: str) -> npt.NDArray[np.float32]:
    """Compute the probabilities of what follows each character, shape (len(text), vocabulary)."""
    if engine == "tensorflow":
        from bot.generation.engines.tensorflow import compute_probabilities  # noqa: PLC0415 - seconds: checked before

        return compute_probabilities(model, text)
    logits = make_litert_reader(model, rows=1)(text[None])[0]
    return np.stack([softmax(row) for row in logits])


def draw_bars(row: npt.NDArray[np.float32], vocabulary: Vocabulary) -> list[str]:
    """Draw the likeliest characters, a line each: rank, character, share, the share of all so far, and a bar."""
    order = np.argsort(-row, kind="stable")[:SHOWN]
    together = np.cumsum(row[order])
    lines = ["top-n  next    share  together"]
    for rank, number in enumerate(order, start=1):
        character = repr(vocabulary.decode([number])) if number else "none"
        bar = "█" * round(BAR * float(row[number] / row[order[0]]))
        lines.append(f"{rank:5}  {character:6} {row[number]:6.1%}  {together[rank - 1]:8.1%}  {bar}")
    return lines
