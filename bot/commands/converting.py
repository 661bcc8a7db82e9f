"""Conversions for LiteRT, for every command that writes a model's folder."""

from __future__ import annotations

import sys

from bot.generation.model import Model


def with_conversion(model: Model) -> Model:
    """The model with a conversion of its weights; as it is where that cannot be made, which is said."""
    from bot.export.litert import ConversionError, converted  # noqa: PLC0415 - imports TensorFlow: seconds

    try:
        return converted(model)
    except ConversionError as error:  # the model itself is whole, and TensorFlow can serve it
        sys.stderr.write(f"{model.name} is not converted for LiteRT: {error}. `charla convert {model.name}` does it\n")
        return model
