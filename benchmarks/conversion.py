"""Convert a model for the LiteRT engine."""

from __future__ import annotations

from pathlib import Path

from bot.export.litert import convert_model
from bot.generation.model import Model
from bot.settings import Settings


def prepare(model: Model, folder: Path) -> None:
    """Convert the model, as `charla convert` does, and write the conversion into its folder."""
    conversion = convert_model(model).conversion
    if conversion:
        conversion.signed(Settings.load().signing_key).write(folder)
