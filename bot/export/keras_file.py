"""Write a model as a `.keras` file that Keras 3 loads without any code of Charla's."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.errors import InvalidInputError
from bot.generation.card import GRU, LSTM
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.engines.keras_network import Network, build_layer, set_weights
from bot.generation.model import Model

prepare_tensorflow()

import keras  # noqa: E402 - reads the environment


def write_keras(model: Model, path: Path) -> None:
    """Write `model` to `path`: ids of shape (rows, steps) in, probabilities (rows, steps, vocabulary) out.

    Raises:
        InvalidInputError: the name does not end in `.keras`, or the file exists already, or cannot be written.
    """
    if path.suffix != ".keras":
        raise InvalidInputError(f"{path}: allowed are names that end in .keras, which Keras goes by")
    if path.exists():
        raise InvalidInputError(f"{path} exists already: choose another name or remove it")
    network = _build_network(_replace_gates_of_keras_2(model))
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            network.save(draft)
            draft.rename(path)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from None


def _build_network(model: Model) -> Network:
    size = len(model.vocabulary)
    network = keras.Sequential(
        [
            keras.Input(shape=(None,), dtype="int32"),
            *(build_layer(layer, size) for layer in model.card.layers),
            keras.layers.Dense(size, activation="softmax"),
        ],
        name=model.name.replace("-", "_"),
    )
    set_weights(network, model.weights, model.card)
    return network


def _replace_gates_of_keras_2(model: Model) -> Model:
    """Return the same network with the hard sigmoid of Keras 3 in the place of that of Keras 2.

    The latter, clip(0.2 x + 0.5, 0, 1), is the former, relu6(x + 3) / 6, of 1.2 x: so the weights of the gates grow.
    """
    layers, weights = list(model.card.layers), dict(model.weights)
    for n, layer in enumerate(layers):
        if isinstance(layer, LSTM | GRU) and layer.recurrent_activation == "hard_sigmoid":
            layers[n] = layer.model_copy(update={"recurrent_activation": "hard_sigmoid_keras3"})
            scale = np.full(weights[f"layers.{n}.kernel"].shape[1], 1.2, np.float32)
            scale[2 * layer.units : 3 * layer.units] = 1  # the candidate, which is not a gate, in either kind of layer
            for name in ("kernel", "recurrent_kernel", "bias"):
                weights[f"layers.{n}.{name}"] = weights[f"layers.{n}.{name}"] * scale
    return replace(model, card=model.card.model_copy(update={"layers": tuple(layers)}), weights=weights)
