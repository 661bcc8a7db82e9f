"""Write a model as a `.keras` file that Keras 3 loads without any code of Charla's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import InvalidInputError
from bot.generation.card import GRU, LSTM, Embedding, Layer, weight_shapes
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.model import Model, Weights

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
    network = _build_network(model)
    try:
        with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
            draft = Path(folder) / path.name
            network.save(draft)
            draft.rename(path)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from None


def _build_network(model: Model) -> Any:  # noqa: ANN401 - Keras ships no types
    size = len(model.vocabulary)
    layers = [keras.Input(shape=(None,), dtype="int32")]
    layers += [_build_layer(layer, size) for layer in model.card.layers]
    layers.append(keras.layers.Dense(size, activation="softmax"))
    network = keras.Sequential(layers, name=model.name.replace("-", "_"))
    weights = _scale_gates(model)
    network.set_weights([weights[name] for name in weight_shapes(model.card)])
    return network


def _build_layer(layer: Layer, vocabulary_size: int) -> Any:  # noqa: ANN401 - the library ships no types
    if isinstance(layer, Embedding):
        return keras.layers.Embedding(vocabulary_size, layer.size)
    if isinstance(layer, LSTM | GRU):
        gate = "sigmoid" if layer.recurrent_activation == "sigmoid" else "hard_sigmoid"
        options = {"recurrent_activation": gate, "return_sequences": True}
        if isinstance(layer, LSTM):
            return keras.layers.LSTM(layer.units, **options)
        return keras.layers.GRU(layer.units, reset_after=layer.reset_after, **options)
    return keras.layers.Dropout(layer.rate)


def _scale_gates(model: Model) -> Weights:
    """Return the weights, those of gates with Keras 2's hard sigmoid scaled for that of Keras 3.

    The former, clip(0.2 x + 0.5, 0, 1), is the latter, relu6(x + 3) / 6, of 1.2 x.
    """
    weights = dict(model.weights)
    for n, layer in enumerate(model.card.layers):
        if isinstance(layer, LSTM | GRU) and layer.recurrent_activation == "hard_sigmoid":
            scale = np.full(weights[f"layers.{n}.kernel"].shape[1], 1.2, np.float32)
            candidate = slice(2 * layer.units, 3 * layer.units)  # is not a gate, in either kind of layer
            scale[candidate] = 1
            for name in ("kernel", "recurrent_kernel", "bias"):
                weights[f"layers.{n}.{name}"] = weights[f"layers.{n}.{name}"] * scale
    return weights
