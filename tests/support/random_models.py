"""Make small models for tests: real networks with random weights, quick to make and to run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.generation import reference
from bot.generation.card import GRU, LSTM, Card, Dropout, Embedding, Layer, Use, weight_shapes
from bot.generation.engines.protocol import FREE
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids, Vocabulary

TINY: tuple[Layer, ...] = (Embedding(size=8), LSTM(units=16))
DEEP: tuple[Layer, ...] = (Embedding(size=8), Dropout(rate=0.1), LSTM(units=16), Dropout(rate=0.2), LSTM(units=12))
GATED: tuple[Layer, ...] = (
    Embedding(size=8),
    GRU(units=16),
    GRU(units=12, reset_after=False, recurrent_activation="hard_sigmoid_keras3"),
    LSTM(units=10, recurrent_activation="hard_sigmoid"),
)


def random_model(
    name: str = "tiny", layers: tuple[Layer, ...] = TINY, vocabulary: Vocabulary | None = None, weights_seed: int = 0
) -> Model:
    """Make a model with random weights, its distributions neither flat nor certain."""
    card = Card(
        description=f"random weights ({name})",
        characters=(vocabulary or Vocabulary.tutorial()).characters,
        layers=layers,
        use=Use(top_n=4, seeds=("Once upon ", "It was ")),
    )
    random = np.random.default_rng(weights_seed)
    weights = {
        key: (random.standard_normal(shape) * (1.5 if key == "output.kernel" else 0.4)).astype(np.float32)
        for key, shape in weight_shapes(card).items()
    }
    return Model(name, card, weights)


class NumpyCopy:
    """A stateful copy that runs the reference: slow, and ready without TensorFlow."""

    engine = "numpy"

    def __init__(self, model: Model) -> None:
        self._model = model
        self.reset(1)

    def reset(self, rows: int) -> None:
        self._states = [reference.initial_state(self._model) for _ in range(rows)]
        self._last = [0] * rows

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        sampled = np.zeros_like(forced)
        for row, state in enumerate(self._states):
            for step in range(forced.shape[1]):
                character = self._last[row] if forced[row, step] == FREE else int(forced[row, step])
                logits = reference.step(self._model, state, character)
                probabilities = reference.softmax(logits / sampling.temperature)
                self._last[row] = reference.sample(probabilities, uniforms[row, step], sampling)
                sampled[row, step] = self._last[row]
        return sampled


class BrokenCopy(NumpyCopy):
    """A copy that fails."""

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        raise RuntimeError("secret detail")
