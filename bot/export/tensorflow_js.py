"""Write a model in TensorFlow.js's layers-model format, which `tf.loadLayersModel` reads.

`model.json` describes the network in the words of Keras 2 and lists the weights, which follow one after another in
shards, little-endian. TensorFlow.js documents the format as `io.ModelJSON` and `io.WeightsManifestEntry` in
https://js.tensorflow.org/api/latest/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bot import __version__
from bot.errors import InvalidInputError
from bot.generation.card import GRU, LSTM, Card, Embedding, Layer, weight_shapes
from bot.generation.model import Model

Precision = Literal["float32", "float16"]
"""How the weights are stored: float16 halves the files; programs that read them compute with float32 either way."""

MODEL_FILE = "model.json"
SHARD_SIZE = 4 * 1024 * 1024
"""Bytes of a shard, as in TensorFlow.js's own converter: a size that browsers cache."""

_Config = dict[str, Any]


def write_layers_model(model: Model, folder: Path, precision: Precision) -> None:
    """Write the files into `folder`: ids of shape (rows, steps) in, probabilities (rows, steps, vocabulary) out.

    Raises:
        InvalidInputError: TensorFlow.js has no layer like one of the model's, or a weight is too large for float16.
        OSError: there is no room, or no permission.
    """
    topology = _describe_network(model)
    keys = list(weight_shapes(model.card))
    data = b"".join(_encode_weight(model, key, precision) for key in keys)
    shards = [data[start : start + SHARD_SIZE] for start in range(0, len(data), SHARD_SIZE)]
    paths = [f"group1-shard{number}of{len(shards)}.bin" for number in range(1, len(shards) + 1)]
    names = _weight_names(model.card)
    weights = [_describe_weight(names[key], model.weights[key].shape, precision) for key in keys]
    description = {
        "format": "layers-model",
        "generatedBy": f"Charla {__version__}",
        "convertedBy": None,
        "modelTopology": topology,
        "weightsManifest": [{"paths": paths, "weights": weights}],
    }
    (folder / MODEL_FILE).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    for path, shard in zip(paths, shards, strict=True):
        (folder / path).write_bytes(shard)


def _encode_weight(model: Model, key: str, precision: Precision) -> bytes:
    with np.errstate(over="ignore"):  # checked below
        stored = model.weights[key].astype("<f4" if precision == "float32" else "<f2")
    if not np.isfinite(stored).all():
        raise InvalidInputError(
            f"model {model.name}: {key} holds numbers too large for {precision}: export it as float32"
        )
    return stored.tobytes()


def _describe_weight(name: str, shape: tuple[int, ...], precision: Precision) -> _Config:
    entry: _Config = {"name": name, "shape": shape, "dtype": "float32"}
    if precision == "float16":
        entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
    return entry


def _describe_network(model: Model) -> _Config:
    size = len(model.vocabulary)
    layers = [_describe_layer(layer, number, model) for number, layer in enumerate(model.card.layers)]
    layers[0]["config"]["batch_input_shape"] = [None, None]
    layers.append(_node("Dense", "output", units=size, activation="softmax", use_bias=True))
    config = {"name": model.name.replace("-", "_"), "layers": layers}
    return {
        "keras_version": "2.2.4",  # the version whose words these are
        "backend": "tensorflow",
        "model_config": {"class_name": "Sequential", "config": config},
    }


def _describe_layer(layer: Layer, number: int, model: Model) -> _Config:
    name = _name(layer, number)
    if isinstance(layer, Embedding):
        return _node("Embedding", name, input_dim=len(model.vocabulary), output_dim=layer.size, mask_zero=False)
    if isinstance(layer, LSTM | GRU):
        _check_expressible(layer, model.name)
        return _node(
            layer.kind.upper(),
            name,
            units=layer.units,
            activation="tanh",
            recurrent_activation=layer.recurrent_activation,
            use_bias=True,
            return_sequences=True,
            return_state=False,
            go_backwards=False,
            stateful=False,
            unroll=False,
            dropout=0.0,
            recurrent_dropout=0.0,
            implementation=2,
        )
    return _node("Dropout", name, rate=layer.rate)


def _check_expressible(layer: LSTM | GRU, model: str) -> None:
    """Refuse a layer that TensorFlow.js would refuse, or silently compute otherwise."""
    if isinstance(layer, GRU) and layer.reset_after:
        raise InvalidInputError(
            f"model {model} has a GRU layer with reset_after (the default of Keras 2.3 and later), which TensorFlow.js "
            "does not support: it knows the GRU of before, with reset_after=False, alone"
        )
    if layer.recurrent_activation == "hard_sigmoid_keras3":
        raise InvalidInputError(
            f"model {model} has a layer with the hard_sigmoid of Keras 3, relu6(x + 3) / 6; what TensorFlow.js calls "
            "hard_sigmoid is that of Keras 2, clip(0.2 x + 0.5, 0, 1), and it has no other"
        )


def _node(kind: str, name: str, **config: object) -> _Config:
    return {"class_name": kind, "config": {"name": name, "trainable": True, "dtype": "float32", **config}}


def _name(layer: Layer, number: int) -> str:
    return f"{layer.kind}_{number}"


def _weight_names(card: Card) -> dict[str, str]:
    """Return TensorFlow.js's name of each weight: its layer's name, and Keras's own name of the weight."""
    layers = {f"layers.{number}": _name(layer, number) for number, layer in enumerate(card.layers)}
    parts = {key: key.rpartition(".") for key in weight_shapes(card)}
    return {key: f"{layers.get(layer, layer)}/{weight}" for key, (layer, _, weight) in parts.items()}
