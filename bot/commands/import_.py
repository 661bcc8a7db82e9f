"""Make a model folder of a Keras checkpoint: `charla import FILE --name NAME`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from bot.commands.arguments import add_characters_argument, import_checkpoint
from bot.commands.new_model import add_conversion, new_model_folder
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError
from bot.training.text_files import name_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `import`."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a Keras checkpoint (HDF5 or .keras); - for standard input"
    )
    parser.add_argument("--name", required=True, help="the new model's name: a-z, 0-9 and -, up to 32")
    parser.add_argument("--description", default="", help="one line for people who choose a model")
    add_characters_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import the checkpoint; return 0 when the model folder is written."""
    folder = new_model_folder(arguments.name)
    with show_waiting("reading the checkpoint"):
        model = import_checkpoint(arguments.file, arguments.characters)
    description = arguments.description or f"imported from {Path(name_source(arguments.file)).name}"
    card = model.card.model_copy(update={"description": description})
    try:
        with show_waiting("converting for LiteRT"):
            model = add_conversion(replace(model, name=folder.name, card=card))
        model.write(folder)
    except OSError as error:
        raise InvalidInputError(f"{folder} cannot be written: {error.strerror or error}") from None
    sys.stderr.write(
        f"{folder}: `/generate model: {folder.name}` works once the bot has read its models again (by SIGHUP, or when "
        "it starts)\n"
    )
    return 0
