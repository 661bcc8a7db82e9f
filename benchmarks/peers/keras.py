"""Write by a stateful Keras network that is called once a character, as in the tutorial, with and without `predict`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.step_writer import Floats, StepWriter
from bot.generation.engines.keras_network import Network, build_network, reset_state, set_weights
from bot.generation.model import Model
from bot.generation.vocabulary import Ids


def predict(model: Model, _folder: Path) -> StepWriter:
    """Return a writer that calls `model.predict`."""
    return StepWriter(_Predict(model), model.vocabulary)


def call(model: Model, _folder: Path) -> StepWriter:
    """Return a writer that calls `model(x)`."""
    return StepWriter(_Call(model), model.vocabulary)


class _Predict:
    def __init__(self, model: Model) -> None:
        self._network: Network = build_network(model.card, rows=1, steps=1)
        set_weights(self._network, model.weights, model.card)

    def reset(self, _rows: int) -> None:
        reset_state(self._network)

    def step(self, ids: Ids) -> Floats:
        return np.asarray(self._network.predict(ids[:, None], verbose=0)[:, 0])


class _Call(_Predict):
    def step(self, ids: Ids) -> Floats:
        return np.asarray(self._network(ids[:, None], training=False))[:, 0]
