"""Choose the folder of a command's new model, and convert the model for LiteRT."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

from bot.errors import InvalidInputError, ModelError
from bot.generation.catalog import find_models
from bot.generation.model import Model
from bot.invocation import name_command
from bot.settings import Settings

MODEL_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
TRAINING_PREFIX = ".training-"
"""What the folder of a training that is under way is called, in front of its model's name."""


def new_model_folder(name: str) -> Path:
    """Return the folder that a new model of this name gets, in the operator's own folder of models.

    Raises:
        InvalidInputError: the name is not allowed, or taken.
    """
    settings = Settings.load()
    if not MODEL_NAME.fullmatch(name):
        raise InvalidInputError(f"--name {name}: allowed are a-z, 0-9 and -, 1 to 32 of them")
    taken = find_models(settings.model_folders)
    folder: Path = settings.models_dir / name
    if name in taken or folder.exists():
        raise InvalidInputError(f"--name {name}: {taken.get(name, folder)} exists already")
    return folder


def find_trainings(models_dir: Path) -> dict[str, Path]:
    """Return the folders of trainings that are under way or were interrupted, by the names of their models."""
    return {path.name.removeprefix(TRAINING_PREFIX): path for path in sorted(models_dir.glob(f"{TRAINING_PREFIX}*"))}


def add_conversion(model: Model) -> Model:
    """Add a conversion of its weights to a model, signed; if none can be made, say so and return it as it is."""
    from bot.export.litert import convert_model  # noqa: PLC0415 - imports TensorFlow: seconds

    key = Settings.load().signing_key
    try:
        key.sign(b"")  # where there can be no key, nothing need be converted
        made = convert_model(model).conversion
        return replace(model, conversion=made and made.signed(key))
    except ModelError as error:  # the model itself is whole, and TensorFlow can serve it
        way = name_command(f"convert {model.name}")
        sys.stderr.write(f"{model.name} is not converted for LiteRT: {error}. `{way}` does it\n")
        return model
