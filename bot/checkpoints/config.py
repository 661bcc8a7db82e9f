"""Read what a Keras checkpoint says of its network, as data: JSON in, layers and shapes out, nothing built or run.

Every class, setting and value has to stand in a list here. What alters the mathematics has the values allowed
for it, what does not is known by name, and anything else is refused, so that no file means something other
than what is made of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

MAX_CONFIG = 1_000_000
"""The longest description of a network, in bytes."""

MAX_LAYERS = 32
MAX_SIZE = 4096
MAX_IDS = 512
"""These three as in `bot.generation.model` and `vocabulary`, which take too long to import in a child process."""

MAX_NAME = 200

Shape = tuple[int, ...]
Config = Mapping[str, Any]


class RefusedError(ValueError):
    """A checkpoint that is not read; the message says what in it is wrong and what is allowed."""


@dataclass(frozen=True)
class Stored:
    """A layer that has weights: what Keras calls its place in a `.keras` file, and their shapes in Keras's order."""

    group: str
    within: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Architecture:
    """A network: `layers` as a model's card has them, the number of ids it reads and writes, its weights."""

    layers: tuple[dict[str, Any], ...]
    outputs: int
    stored: tuple[Stored, ...]


@dataclass(frozen=True)
class _Layer:
    """A layer as the file describes it."""

    kind: str
    config: Config

    def __str__(self) -> str:
        name = self.config.get("name")
        return f"layer {name[:MAX_NAME]} ({self.kind})" if isinstance(name, str) else f"a layer {self.kind}"


@dataclass(frozen=True)
class _Rules:
    """What a kind of layer may say of itself.

    Attributes:
        needed: settings that must be there: their meaning when absent changed from version to version.
        allowed: for each setting that alters the mathematics, its values.
        ignored: settings that make no difference to what a trained network answers.
    """

    needed: frozenset[str] = frozenset()
    allowed: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERYWHERE = _names("name trainable dtype batch_input_shape batch_shape input_shape activity_regularizer")
_TRAINED = _names("kernel_initializer bias_initializer kernel_regularizer bias_regularizer kernel_constraint "
                  "bias_constraint")  # fmt: skip
_RECURRENT = _Rules(
    needed=_names("units activation recurrent_activation return_sequences"),
    allowed={
        "activation": ("tanh",),
        "recurrent_activation": ("sigmoid", "hard_sigmoid"),
        "use_bias": (True,),
        "go_backwards": (False,),
        "return_sequences": (True, False),
        "return_state": (False,),
        "time_major": (False,),
        "reset_after": (True, False),
    },
    ignored=_TRAINED
    | _names("recurrent_initializer recurrent_regularizer recurrent_constraint unit_forget_bias dropout seed "
             "recurrent_dropout implementation stateful unroll zero_output_for_mask input_dim input_length"),
)  # fmt: skip
_RULES = {
    "InputLayer": _Rules(
        allowed={"sparse": (False,), "ragged": (False,)},
        ignored=_names("input_dtype optional"),
    ),
    "Embedding": _Rules(
        needed=_names("input_dim output_dim"),
        allowed={"mask_zero": (False,), "quantization_config": (None,)},
        ignored=_names("embeddings_initializer embeddings_regularizer embeddings_constraint input_length sparse"),
    ),
    "Dropout": _Rules(needed=_names("rate"), ignored=_names("noise_shape seed")),
    "LSTM": _RECURRENT,
    "GRU": _RECURRENT,
    "TimeDistributed": _Rules(needed=_names("layer")),
    "Dense": _Rules(
        needed=_names("units activation"),
        allowed={"activation": ("softmax", "linear"), "use_bias": (True,), "quantization_config": (None,)},
        ignored=_TRAINED | _names("input_dim"),
    ),
    "Activation": _Rules(needed=_names("activation"), allowed={"activation": ("softmax",)}),
    "Softmax": _Rules(allowed={"axis": (-1,)}),
}
_MODULES = (
    None,
    *(
        f"{root}{part}"
        for root in ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
        for part in ("", ".layers", ".models", ".engine.sequential", ".src.engine.sequential", ".src.models.sequential")
    ),
)
_POLICIES = ("DTypePolicy", "FloatDTypePolicy", "Policy")
_NODE = _names("class_name config module registered_name build_config compile_config shared_object_id name "
               "keras_version backend")  # fmt: skip
_SEQUENTIAL = _names("name trainable dtype layers build_input_shape batch_input_shape")


def read_architecture(text: str, keras_version: str) -> Architecture:
    """Read the description of a network, as Keras wrote it.

    Args:
        text: JSON: the attribute `model_config` of an HDF5 file, `config.json` of a `.keras` file.
        keras_version: which Keras wrote it; names of activations changed their meaning between versions.

    Raises:
        RefusedError: it is no such description, or describes a network that is not known here.
    """
    major = _major(keras_version)
    layers = list(_layers(_parse(text, "the description of the network")))
    if len(layers) > MAX_LAYERS:
        raise RefusedError(f"the network has {len(layers)} layers; at most {MAX_LAYERS} are allowed")
    if layers and layers[0].kind == "InputLayer":
        del layers[0]
    body, dense, group = _split(layers)
    return _build(body, dense, group, major)


def keras_version(metadata: str) -> str:
    """Return the version of Keras that `metadata.json` of a `.keras` file names.

    Raises:
        RefusedError: it names none.
    """
    version = _parse(metadata, "metadata.json").get("keras_version")
    if not isinstance(version, str):
        raise RefusedError("metadata.json names no keras_version")
    return version


def _parse(text: str, what: str) -> Config:
    if len(text) > MAX_CONFIG:
        raise RefusedError(f"{what} is longer than {MAX_CONFIG} characters")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedError(f"{what} is not JSON") from None
    return _mapping(read, what)


def _mapping(value: object, what: str) -> Config:
    if not isinstance(value, dict):
        raise RefusedError(f"{what} is {_short(value)}; an object is expected")
    return value


def _short(value: object) -> str:
    shown = json.dumps(value, default=repr)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _refuse(what: object, setting: str, value: object, allowed: str) -> NoReturn:
    raise RefusedError(f"{what}: {setting} is {_short(value)}; allowed: {allowed}")


def _major(version: str) -> int:
    major = version.split(".", maxsplit=1)[0]
    if major not in ("2", "3"):
        raise RefusedError(f"written by Keras {version[:20]}; allowed: 2 and 3")
    return int(major)


def _layers(model: Config) -> Iterator[_Layer]:
    """Yield the layers of a Sequential model, each of a known class and with known settings."""
    sequential = _open(model, "the network", ("Sequential",))
    if unknown := set(sequential.config) - _SEQUENTIAL:
        raise RefusedError(f"{sequential}: {_short(min(unknown))} is not known here")
    described = sequential.config.get("layers")
    if not isinstance(described, list):
        raise RefusedError(f"the network's layers are {_short(described)}; a list is expected")
    for item in described:
        layer = _open(item, "a layer", tuple(_RULES))
        _check(layer)
        yield layer


def _open(node: object, what: str, allowed: tuple[str, ...]) -> _Layer:
    """Return the class, one of the `allowed`, and the configuration that `node` names."""
    described = _mapping(node, what)
    kind, config = described.get("class_name"), described.get("config")
    if not isinstance(kind, str) or kind not in allowed:
        raise RefusedError(f"{what} is of class {_short(kind)}; allowed: {', '.join(allowed)}")
    if kind == "Sequential" and isinstance(config, list):
        config = {"layers": config}  # Keras up to 2.2.2
    layer = _Layer(kind, _mapping(config, f"the configuration of {what}"))
    if unknown := set(described) - _NODE:
        raise RefusedError(f"{layer}: {_short(min(unknown))} is not known here")
    module, registered = described.get("module"), described.get("registered_name")
    if module not in _MODULES:
        _refuse(layer, "module", module, "keras and its own modules")
    if registered not in (None, kind):
        _refuse(layer, "registered_name", registered, f"{kind} or none")
    return layer


def _check(layer: _Layer) -> None:
    """Refuse settings that are unknown, missing or of another value than the allowed."""
    rules = _RULES[layer.kind]
    if missing := rules.needed - set(layer.config):
        raise RefusedError(f"{layer}: {min(missing)} is missing")
    known = rules.needed | rules.ignored | set(rules.allowed) | _EVERYWHERE
    for setting, value in layer.config.items():
        if setting not in known:
            raise RefusedError(f"{layer}: {_short(setting)} is not known here")
        allowed = rules.allowed.get(setting)
        if allowed is not None and not any(type(value) is type(each) and value == each for each in allowed):
            _refuse(layer, setting, value, ", ".join(map(_short, allowed)))
    if layer.kind != "InputLayer":  # whose dtype is that of the ids
        _check_dtype(layer)


def _check_dtype(layer: _Layer) -> None:
    dtype = layer.config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") in _POLICIES:
        config = dtype.get("config")
        dtype = config.get("name") if isinstance(config, dict) and len(config) == 1 else config
    if dtype not in (None, "float32"):
        _refuse(layer, "dtype", dtype, '"float32"')


def _split(layers: list[_Layer]) -> tuple[list[_Layer], _Layer, str]:
    """Return the layers up to the output layer; that layer; and its name in a `.keras` file."""
    *body, last = layers or [_Layer("none", {})]
    closes = last.kind in ("Activation", "Softmax")
    if closes and body:
        last = body.pop()
    dense, group = last, "dense"
    if last.kind == "TimeDistributed":
        dense, group = _open(last.config["layer"], "the layer in TimeDistributed", ("Dense",)), "time_distributed"
        _check(dense)
    if dense.kind != "Dense":
        raise RefusedError(f"the last layer is {dense.kind}; allowed: Dense, alone or in TimeDistributed")
    expected = "linear" if closes else "softmax"  # softmax once, and only once
    if dense.config["activation"] != expected:
        _refuse(dense, "activation", dense.config["activation"], f'"{expected}" here')
    return body, dense, group


def _build(body: list[_Layer], dense: _Layer, group: str, major: int) -> Architecture:
    if not body or body[0].kind != "Embedding":
        raise RefusedError(f"the first layer is {(body or [dense])[0].kind}; allowed: Embedding")
    outputs = _size(dense, "units", MAX_IDS)
    inputs = _size(body[0], "input_dim", MAX_IDS)
    if inputs != outputs:
        raise RefusedError(f"the network reads {inputs} ids and writes {outputs}; both must be the same")
    width = _size(body[0], "output_dim", MAX_SIZE)
    layers: list[dict[str, Any]] = [{"kind": "embedding", "size": width}]
    stored = [Stored("embedding", "vars", ((inputs, width),))]
    recurrent = [layer for layer in body if layer.kind in ("LSTM", "GRU")]
    if not recurrent:
        raise RefusedError("the network has no recurrent layer; allowed: LSTM and GRU")
    for layer in body[1:]:
        if layer.kind == "Dropout":
            layers.append({"kind": "dropout", "rate": _rate(layer)})
        elif layer not in recurrent:
            raise RefusedError(f"{layer} stands in the middle; allowed there: LSTM, GRU and Dropout")
        else:
            if layer is not recurrent[-1] and layer.config["return_sequences"] is False:
                _refuse(layer, "return_sequences", False, "true, but for the last recurrent layer")
            layers.append(_recurrent(layer, major))
            stored.append(_recurrent_weights(layers[-1], width))
            width = layers[-1]["units"]
    within = "layer/vars" if group == "time_distributed" else "vars"
    stored.append(Stored(group, within, ((width, outputs), (outputs,))))
    return Architecture(tuple(layers), outputs, tuple(stored))


def _size(layer: _Layer, setting: str, largest: int) -> int:
    value = layer.config[setting]
    if type(value) is not int or not 1 <= value <= largest:
        _refuse(layer, setting, value, f"1 to {largest}")
    return value


def _rate(layer: _Layer) -> float:
    value = layer.config["rate"]
    if type(value) not in (int, float) or not 0 <= value < 1:
        _refuse(layer, "rate", value, "0 to less than 1")
    return float(value)


def _recurrent(layer: _Layer, major: int) -> dict[str, Any]:
    gate = layer.config["recurrent_activation"]
    if gate == "hard_sigmoid" and major >= 3:
        gate = "hard_sigmoid_keras3"  # the name stayed, the function did not
    described = {"kind": layer.kind.lower(), "units": _size(layer, "units", MAX_SIZE), "recurrent_activation": gate}
    if layer.kind == "GRU":
        described["reset_after"] = layer.config.get("reset_after", major >= 3)  # the default of each
    return described


def _recurrent_weights(layer: Config, width: int) -> Stored:
    units = layer["units"]
    gates = 4 * units if layer["kind"] == "lstm" else 3 * units
    bias = (2, gates) if layer.get("reset_after") else (gates,)
    return Stored(layer["kind"], "cell/vars", ((width, gates), (units, gates), bias))
