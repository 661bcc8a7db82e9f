"""Convert models for LiteRT, which serves them quicker and without TensorFlow: `charla convert [NAME...]`.

What was made elsewhere is made anew: a conversion is code, and only what was signed here is run here.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.commands import require_tensorflow
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError
from bot.generation.catalog import find_models
from bot.generation.conversion import CONVERSION_FILE
from bot.generation.model import Model
from bot.generation.signing import SigningKey
from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `convert`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="models by name (all that bots can serve)")
    parser.add_argument("--force", action="store_true", help="anew, even where a conversion fits the weights")


def run(arguments: argparse.Namespace) -> int:
    """Convert each model that has no conversion of its present weights; return 0 when every one has."""
    settings = Settings.load()
    folders = find_models(settings.model_folders)
    if unknown := [name for name in arguments.names if name not in folders]:
        raise InvalidInputError(f"there is no model {unknown[0]!r}: there are {', '.join(sorted(folders)) or 'none'}")
    for name in arguments.names or folders:
        _convert(folders[name], settings.signing_key, force=arguments.force)
    return 0


def _convert(folder: Path, key: SigningKey, *, force: bool) -> None:
    model = Model.read(folder, key)
    if model.converted and not force:
        sys.stderr.write(f"{folder.name}: its conversion fits its weights\n")
        return
    require_tensorflow()
    key.sign(b"")  # where there can be no key, that is said before the work
    from bot.export.litert import convert_model  # noqa: PLC0415 - imports TensorFlow: seconds

    with show_waiting(f"converting {folder.name}"):
        conversion = convert_model(model).converted
    assert conversion is not None, "what was just made fits"  # noqa: S101 - for the type checker
    try:
        conversion.signed(key).write(folder)
    except OSError as error:
        raise InvalidInputError(f"{folder / CONVERSION_FILE} cannot be written: {error.strerror}") from None
    sys.stderr.write(f"{folder / CONVERSION_FILE}: written, {len(conversion.graph) / 1e6:.1f} MB\n")
