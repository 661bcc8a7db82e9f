"""Lay a model's weights out as other libraries want them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.errors import ModelError
from bot.generation.card import LSTM, Dropout
from bot.generation.model import Model

Weight = npt.NDArray[np.float32]

KERAS_GATES = "ifco"
"""The order in which Keras, and a model folder, keep the gates: input, forget, candidate, output."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The weights of an LSTM layer, in Keras's order of gates.

    Attributes:
        kernel: shape (inputs, 4 * units).
        recurrent: shape (units, 4 * units).
        bias: shape (4 * units,).
    """

    kernel: Weight
    recurrent: Weight
    bias: Weight

    @property
    def inputs(self) -> int:
        """How many numbers it reads at a step."""
        return len(self.kernel)

    @property
    def units(self) -> int:
        """How many numbers it hands on."""
        return len(self.recurrent)


def plain_lstm(model: Model) -> list[Cell]:
    """Return the layers of a model that is an embedding under LSTMs with logistic gates.

    Raises:
        ModelError: it is something else, which this comparison does not build in other libraries.
    """
    cells = []
    for number, layer in enumerate(model.card.layers[1:], start=1):
        if isinstance(layer, Dropout):
            continue  # it acts in training alone
        if not isinstance(layer, LSTM) or layer.recurrent_activation != "sigmoid":
            raise ModelError(f"model {model.name}: layer {number} is not an LSTM with logistic gates")
        weights = [model.weights[f"layers.{number}.{name}"] for name in ("kernel", "recurrent_kernel", "bias")]
        cells.append(Cell(*weights))
    return cells


def gate_order(weight: Weight, order: str) -> Weight:
    """Return a weight with its gates, along the last axis, in another order than Keras's: a permutation of `ifco`."""
    gates = dict(zip(KERAS_GATES, np.split(weight, 4, axis=-1), strict=True))
    return np.concatenate([gates[gate] for gate in order], axis=-1)
