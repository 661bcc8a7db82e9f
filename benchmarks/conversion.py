"""Convert a model for the LiteRT engine."""

from __future__ import annotations

from pathlib import Path

from bot.export.litert import converted
from bot.generation.model import Model


def prepare(model: Model, folder: Path) -> None:
    """Convert the model, as `charla convert` does, and lay the conversion beside it."""
    conversion = converted(model).conversion
    if conversion:
        conversion.write(folder)
