"""Make Keras checkpoints without Keras: as its versions wrote them, and with anything in them bent."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from bot.generation.card import GRU, LSTM, Dropout, Embedding, Layer
from bot.generation.model import Model
from tests.support.random_models import random_model

Config = dict[str, Any]
Change = Callable[[Config], None]

SMALL: tuple[Layer, ...] = (Embedding(size=4), LSTM(units=3))
"""A network whose file is small."""

_SEQUENCES = {"return_state": False, "go_backwards": False, "stateful": True, "unroll": False}


def layer_weights(model: Model) -> list[list[tuple[str, np.ndarray[Any, Any]]]]:
    """Return names and values of each layer's weights in Keras's order, the output layer last."""
    layers: dict[str, list[tuple[str, np.ndarray[Any, Any]]]] = {}
    for key, array in model.weights.items():
        layer, _, name = key.rpartition(".")
        layers.setdefault(layer, []).append((name, array))
    return list(layers.values())


def describe(model: Model, version: str) -> list[Config]:
    """Describe the layers of `model` as that version of Keras does in HDF5."""
    described = [_describe(layer, len(model.vocabulary), version) for layer in model.card.layers]
    described[0]["config"]["batch_input_shape"] = [2, 16]
    dense = _node("Dense", {"units": len(model.vocabulary), "activation": "softmax", "use_bias": True}, version)
    described.append(_node("TimeDistributed", {"layer": dense}, version))
    for number, layer in enumerate(described):
        layer["config"]["name"] = f"{layer['class_name'].lower()}_{number}"
    return described


def _node(kind: str, config: Config, version: str) -> Config:
    modern = {"dtype": "float32"} if version >= "2.3" else {}
    return {"class_name": kind, "config": {"name": kind.lower(), "trainable": True, **modern, **config}}


def _describe(layer: Layer, ids: int, version: str) -> Config:
    if isinstance(layer, Embedding):
        sizes = {"input_dim": ids, "output_dim": layer.size, "mask_zero": False, "input_length": None}
        return _node("Embedding", sizes, version)
    if isinstance(layer, Dropout):
        return _node("Dropout", {"rate": layer.rate, "noise_shape": None, "seed": None}, version)
    config: Config = {
        "units": layer.units,
        "activation": "tanh",
        "recurrent_activation": layer.recurrent_activation.removesuffix("_keras3"),
        "return_sequences": True,
        "use_bias": True,
        "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "seed": None}},
        "dropout": 0.0,
        "implementation": 1,
        **_SEQUENCES,
    }
    if version.startswith("2.1"):
        config["time_major"] = False
    if isinstance(layer, GRU) and (version >= "2.3" or layer.reset_after):
        config["reset_after"] = layer.reset_after
    return _node(layer.kind.upper(), config, version)


def model_config(model: Model, version: str) -> Config:
    """Describe the whole of `model` as that version of Keras does in HDF5."""
    layers = describe(model, version)
    config: Any = layers if version <= "2.2.2" else {"name": "sequential", "layers": layers}
    return {"class_name": "Sequential", "config": config}


def layers_of(config: Config) -> list[Config]:
    """Return the layers in a description."""
    inner = config["config"]
    layers: list[Config] = inner if isinstance(inner, list) else inner["layers"]
    return layers


def make_functional(version: str) -> Change:
    """Return the change that makes a Functional model, as that version of Keras describes it, of a Sequential one."""

    def change(config: Config) -> None:
        layers = [_node("InputLayer", {"batch_input_shape": [2, 16], "sparse": False}, version), *layers_of(config)]
        for layer in layers:
            layer["name"] = layer["config"]["name"]
            layer["inbound_nodes"] = []
        for before, layer in pairwise(layers):
            source = [before["name"], 0, 0]
            tensor = {"class_name": "__keras_tensor__", "config": {"shape": [2, 16], "keras_history": source}}
            modern = {"args": [tensor], "kwargs": {"training": False, "mask": None}}
            layer["inbound_nodes"] = [modern] if version >= "3" else [[[*source, {}]]]
        ends = [[layer["name"], 0, 0] for layer in (layers[0], layers[-1])]
        first, last = ends if version >= "3" else [[end] for end in ends]
        config["class_name"] = "Functional" if version >= "2.4" else "Model"
        config["config"] = {"name": "model", "layers": layers, "input_layers": first, "output_layers": last}

    return change


def write_hdf5(path: Path, model: Model | None = None, version: str = "2.2.4", change: Change | None = None) -> Path:
    """Write `model` as that version of Keras would; `change` is applied to the description first."""
    model = model or random_model(layers=SMALL)
    config = model_config(model, version)
    names = [layer["config"]["name"] for layer in layers_of(config)]
    weighted = iter(layer_weights(model))
    if change:
        change(config)
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = version
        file.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(config)
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = np.array(names, "S")
        for name in names:
            group = root.create_group(name)
            weights = [] if name.startswith("dropout") else next(weighted)
            group.attrs["weight_names"] = np.array([f"{name}/{weight}:0" for weight, _ in weights], "S")
            for weight, array in weights:
                group[f"{name}/{weight}:0"] = array
    return path


def write_keras(
    path: Path,
    model: Model | None = None,
    version: str = "3.15.1",
    *,
    root: str = "layers",
    step: int = 1,
    change: Change | None = None,
    members: Callable[[dict[str, bytes]], None] | None = None,
) -> Path:
    """Write `model` as a `.keras` file.

    Args:
        path: where to.
        model: a small one when left out.
        version: the Keras that is said to have written it.
        root: the group of the layers in the weights.
        step: how many numbers a layer takes: TensorFlow up to 2.13 counted each twice.
        change: applied to the description first.
        members: applied to the members, by name, before they are packed.
    """
    model = model or random_model(layers=SMALL)
    config = model_config(model, version) | {"module": "keras", "registered_name": None}
    for layer in layers_of(config):
        layer |= {"module": "keras.layers", "registered_name": None, "build_config": {"input_shape": [2, 16]}}
    if change:
        change(config)
    packed = {
        "metadata.json": json.dumps({"keras_version": version, "date_saved": "2024-01-01@00:00:00"}).encode(),
        "config.json": json.dumps(config).encode(),
        "model.weights.h5": _weights_file(model, root, step),
    }
    if members:
        members(packed)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in packed.items():
            archive.writestr(name, content)
    return path


def _weights_file(model: Model, root: str, step: int) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        counted: Counter[str] = Counter()
        kinds = [layer.kind for layer in model.card.layers if layer.kind != "dropout"]
        for kind, weights in zip([*kinds, "time_distributed"], layer_weights(model), strict=True):
            name = f"{kind}_{counted[kind]}" if counted[kind] else kind
            within = {"embedding": "vars", "time_distributed": "layer/vars"}.get(kind, "cell/vars")
            for number, (_, array) in enumerate(weights):
                file[f"{root}/{name}/{within}/{number}"] = array
            counted[kind] += step
        file.create_group("vars")
    return buffer.getvalue()
