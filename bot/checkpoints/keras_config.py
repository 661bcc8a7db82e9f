"""Read the description of a network in a Keras checkpoint as data: JSON in, layers and shapes out, nothing is built.

Every class, setting and value has to be listed here. For a setting that alters the mathematics the allowed values are
listed, one that does not is known by name, and anything else is refused: so no file means something else than Charla
makes of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bot.checkpoints.functional_graph import check_chain
from bot.errors import InvalidInputError
from bot.limits import MAX_LAYER_SIZE, MAX_LAYERS, MAX_VOCABULARY

MAX_CONFIG = 1_000_000
"""The longest description of a network, in bytes."""

MAX_NAME = 200

Shape = tuple[int, ...]
Config = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """A layer that has weights.

    Attributes:
        group: the name of its group in a `.keras` file, but for a number.
        within: the path of the weights in that group.
        shapes: the weights' shapes, in Keras's order.
        is_cudnn: whether they are laid out as the CuDNN library wants them.
    """

    group: str
    within: str
    shapes: tuple[Shape, ...]
    is_cudnn: bool = False


@dataclass(frozen=True)
class Architecture:
    """A network.

    Attributes:
        layers: as a model's card lists them.
        outputs: how many ids it reads and writes.
        stored: the layers that have weights.
    """

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
    """The settings that a kind of layer may have.

    Attributes:
        needed: settings that must be there, as their defaults changed from version to version.
        allowed: the values allowed for each setting that alters the mathematics.
        ignored: settings that make no difference to what a trained network computes.
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
_CUDNN = _Rules(
    needed=_names("units return_sequences"),
    allowed={setting: _RECURRENT.allowed[setting] for setting in _names("go_backwards return_state return_sequences "
                                                                        "time_major")},
    ignored=_TRAINED | _names("recurrent_initializer recurrent_regularizer recurrent_constraint unit_forget_bias "
                              "stateful input_dim input_length"),
)  # fmt: skip
"""These have no settings for their activations: tanh and sigmoid; of gated units they have the form `reset_after`."""
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
    "CuDNNLSTM": _CUDNN,
    "CuDNNGRU": _CUDNN,
    "TimeDistributed": _Rules(needed=_names("layer")),
    "Dense": _Rules(
        needed=_names("units activation"),
        allowed={
            "activation": ("softmax", "log_softmax", "linear"),
            "use_bias": (True,),
            "quantization_config": (None,),
        },
        ignored=_TRAINED | _names("input_dim"),
    ),
    "Activation": _Rules(needed=_names("activation"), allowed={"activation": ("softmax", "log_softmax", "linear")}),
    "Softmax": _Rules(allowed={"axis": (-1,)}),
}
_RECURRENT_KINDS = {"LSTM": "lstm", "GRU": "gru", "CuDNNLSTM": "lstm", "CuDNNGRU": "gru"}
_MODULES = (
    None,
    *(
        f"{root}{part}"
        for root in ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
        for part in _names(
            ".layers .models .engine.sequential .src.engine.sequential .src.models.sequential "
            ".engine.functional .src.engine.functional .src.models.functional "
            ".src.layers.rnn.cudnn_lstm .src.layers.rnn.cudnn_gru"
        )
        | {""}
    ),
)
_POLICIES = ("DTypePolicy", "FloatDTypePolicy", "Policy", "PolicyV1")
_DTYPES = ("float32", "mixed_float16", "mixed_bfloat16")
"""In mixed precision a network computes in 16 bits, but its weights have 32."""
_NODE = _names("class_name config module registered_name build_config compile_config shared_object_id name "
               "keras_version backend inbound_nodes")  # fmt: skip
_SEQUENTIAL = _names("name trainable dtype layers build_input_shape batch_input_shape")
_FUNCTIONAL = _names("name trainable dtype layers input_layers output_layers")
_NETWORKS = ("Sequential", "Functional", "Model")
"""A Functional model was called Model up to TensorFlow 2.2."""
HOW_TO_CONVERT = (
    "if it computes what a chain of Embedding, LSTM, GRU, Dropout and Dense in float32 does, build that in Keras, then "
    "new.set_weights(old.get_weights()) and new.save('new.keras')"
)


def read_architecture(text: str, keras_version: str) -> Architecture:
    """Read the description of a network, as Keras wrote it.

    Args:
        text: JSON: the attribute `model_config` of an HDF5 file, `config.json` of a `.keras` file.
        keras_version: which Keras wrote it; names of activations changed their meaning between versions.

    Raises:
        InvalidInputError: it is no such description, or describes a network that Charla does not know.
    """
    major = _parse_major(keras_version)
    described = _parse_json(text, "the description of the network")
    try:
        return _read_network(described, major)
    except InvalidInputError as error:
        raise InvalidInputError(f"{error}; {HOW_TO_CONVERT}") from None


def _read_network(described: Config, major: int) -> Architecture:
    layers = list(_read_layers(described))
    if len(layers) > MAX_LAYERS:
        raise InvalidInputError(f"the network has {len(layers)} layers; at most {MAX_LAYERS} are allowed")
    if layers and layers[0].kind == "InputLayer":
        del layers[0]
    body, dense, group = _split_output_layer(layers)
    return _build(body, dense, group, major)


def keras_version(metadata: str) -> str:
    """Return the version of Keras that `metadata.json` of a `.keras` file names.

    Raises:
        InvalidInputError: it names no version.
    """
    version = _parse_json(metadata, "metadata.json").get("keras_version")
    if not isinstance(version, str):
        raise InvalidInputError("metadata.json names no keras_version")
    return version


def _parse_json(text: str, what: str) -> Config:
    if len(text) > MAX_CONFIG:
        raise InvalidInputError(f"{what} is longer than {MAX_CONFIG} characters")
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError(f"{what} is not JSON") from None
    return _check_mapping(read, what)


def _check_mapping(value: object, what: str) -> Config:
    if not isinstance(value, dict):
        raise InvalidInputError(f"{what} is {_shorten(value)}; an object is expected")
    return value


def _shorten(value: object) -> str:
    shown = json.dumps(value, default=repr)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _refuse(what: object, setting: str, value: object, allowed: str) -> NoReturn:
    raise InvalidInputError(f"{what}: {setting} is {_shorten(value)}; allowed: {allowed}")


def _parse_major(version: str) -> int:
    major = version.split(".", maxsplit=1)[0]
    if major not in ("2", "3"):
        raise InvalidInputError(f"written by Keras {version[:20]}; allowed: 2 and 3")
    return int(major)


def _read_layers(model: Config) -> Iterator[_Layer]:
    """Yield the layers of a model that is a chain of them, each of a known class and with known settings."""
    network = _read_node(model, "the network", _NETWORKS)
    is_sequential = network.kind == "Sequential"
    if unknown := set(network.config) - (_SEQUENTIAL if is_sequential else _FUNCTIONAL):
        raise InvalidInputError(f"{network}: {_shorten(min(unknown))} is not known here")
    if not is_sequential:
        check_chain(network.config)
    described = network.config.get("layers")
    if not isinstance(described, list):
        raise InvalidInputError(f"the network's layers are {_shorten(described)}; a list is expected")
    for item in described:
        layer = _read_node(item, "a layer", tuple(_RULES))
        _check_settings(layer)
        yield layer


def _read_node(node: object, what: str, allowed: tuple[str, ...]) -> _Layer:
    """Read the class of `node`, one of the `allowed`, and its configuration."""
    described = _check_mapping(node, what)
    kind, config = described.get("class_name"), described.get("config")
    if not isinstance(kind, str) or kind not in allowed:
        raise InvalidInputError(f"{what} is of class {_shorten(kind)}; allowed: {', '.join(allowed)}")
    if kind == "Sequential" and isinstance(config, list):
        config = {"layers": config}  # Keras up to 2.2.2
    layer = _Layer(kind, _check_mapping(config, f"the configuration of {what}"))
    if unknown := set(described) - _NODE:
        raise InvalidInputError(f"{layer}: {_shorten(min(unknown))} is not known here")
    module, registered = described.get("module"), described.get("registered_name")
    if module not in _MODULES:
        _refuse(layer, "module", module, "keras and its own modules")
    if registered not in (None, kind):
        _refuse(layer, "registered_name", registered, f"{kind} or none")
    return layer


def _check_settings(layer: _Layer) -> None:
    """Refuse settings that are unknown, missing or of a value that is not allowed."""
    rules = _RULES[layer.kind]
    if missing := rules.needed - set(layer.config):
        raise InvalidInputError(f"{layer}: {min(missing)} is missing")
    known = rules.needed | rules.ignored | set(rules.allowed) | _EVERYWHERE
    for setting, value in layer.config.items():
        if setting not in known:
            raise InvalidInputError(f"{layer}: {_shorten(setting)} is not known here")
        allowed = rules.allowed.get(setting)
        if allowed is not None and not any(type(value) is type(each) and value == each for each in allowed):
            _refuse(layer, setting, value, ", ".join(map(_shorten, allowed)))
    if layer.kind != "InputLayer":  # its dtype is that of the ids
        _check_dtype(layer)


def _check_dtype(layer: _Layer) -> None:
    dtype = layer.config.get("dtype")
    if isinstance(dtype, dict) and dtype.get("class_name") in _POLICIES:
        config = dtype.get("config")
        dtype = config
        if isinstance(config, dict) and set(config) <= {"name", "loss_scale"}:  # the latter is for training
            dtype = config.get("name")
    if dtype not in (None, *_DTYPES):
        _refuse(layer, "dtype", dtype, ", ".join(map(_shorten, _DTYPES)))


def _split_output_layer(layers: list[_Layer]) -> tuple[list[_Layer], _Layer, str]:
    """Return the layers up to the output layer, that layer, and the name of its group in a `.keras` file."""
    # An empty network is refused below, by the name of a layer that is none.
    *body, last = layers or [_Layer("none", {})]
    closes = last.kind in ("Activation", "Softmax")
    has_softmax = last.kind == "Softmax" or (closes and last.config["activation"] != "linear")
    if closes and body:
        last = body.pop()
    dense, group = last, "dense"
    if last.kind == "TimeDistributed":
        dense, group = _read_node(last.config["layer"], "the layer in TimeDistributed", ("Dense",)), "time_distributed"
        _check_settings(dense)
    if dense.kind != "Dense":
        raise InvalidInputError(f"the last layer is {dense.kind}; allowed: Dense, alone or in TimeDistributed")
    # One softmax at most. Without one, and with its logarithm, these are logits: Charla takes the softmax of them.
    if has_softmax and dense.config["activation"] != "linear":
        _refuse(dense, "activation", dense.config["activation"], '"linear" here')
    return body, dense, group


def _build(body: list[_Layer], dense: _Layer, group: str, major: int) -> Architecture:
    """Put the network together of layers whose settings are known by now, and check that they fit one another."""
    if not body or body[0].kind != "Embedding":
        raise InvalidInputError(f"the first layer is {(body or [dense])[0].kind}; allowed: Embedding")
    outputs = _read_size(dense, "units", MAX_VOCABULARY)
    inputs = _read_size(body[0], "input_dim", MAX_VOCABULARY)
    if inputs != outputs:
        raise InvalidInputError(f"the network reads {inputs} ids and writes {outputs}; both must be the same")
    width = _read_size(body[0], "output_dim", MAX_LAYER_SIZE)
    layers: list[dict[str, Any]] = [{"kind": "embedding", "size": width}]
    stored = [Stored("embedding", "vars", ((inputs, width),))]
    recurrent = [layer for layer in body if layer.kind in _RECURRENT_KINDS]
    if not recurrent:
        raise InvalidInputError("the network has no recurrent layer; allowed: LSTM and GRU")
    for layer in body[1:]:
        if layer.kind == "Dropout":
            layers.append({"kind": "dropout", "rate": _read_rate(layer)})
            continue
        if layer.kind not in _RECURRENT_KINDS:
            raise InvalidInputError(f"{layer} stands in the middle; allowed there: LSTM, GRU and Dropout")
        if layer is not recurrent[-1] and layer.config["return_sequences"] is False:
            _refuse(layer, "return_sequences", False, "true, but for the last recurrent layer")
        layers.append(_read_recurrent(layer, major))
        stored.append(_stored_recurrent(layers[-1], width, is_cudnn=layer.kind.startswith("CuDNN")))
        width = layers[-1]["units"]
    within = "layer/vars" if group == "time_distributed" else "vars"
    stored.append(Stored(group, within, ((width, outputs), (outputs,))))
    return Architecture(tuple(layers), outputs, tuple(stored))


def _read_size(layer: _Layer, setting: str, largest: int) -> int:
    value = layer.config[setting]
    if type(value) is not int or not 1 <= value <= largest:
        _refuse(layer, setting, value, f"1 to {largest}")
    return value


def _read_rate(layer: _Layer) -> float:
    value = layer.config["rate"]
    if type(value) not in (int, float) or not 0 <= value < 1:
        _refuse(layer, "rate", value, "0 to less than 1")
    return float(value)


def _read_recurrent(layer: _Layer, major: int) -> dict[str, Any]:
    gate = layer.config.get("recurrent_activation", "sigmoid")
    if gate == "hard_sigmoid" and major >= 3:
        gate = "hard_sigmoid_keras3"  # Keras 3 kept the name for another function
    described = {
        "kind": _RECURRENT_KINDS[layer.kind],
        "units": _read_size(layer, "units", MAX_LAYER_SIZE),
        "recurrent_activation": gate,
    }
    if described["kind"] == "gru":
        default = major >= 3 or layer.kind == "CuDNNGRU"  # that of each version
        described["reset_after"] = layer.config.get("reset_after", default)
    return described


def _stored_recurrent(layer: Config, width: int, *, is_cudnn: bool) -> Stored:
    units = layer["units"]
    gates = 4 * units if layer["kind"] == "lstm" else 3 * units
    if is_cudnn:
        shapes = ((width, gates), (units, gates), (2 * gates,))
        return Stored(f"cu_dnn{layer['kind']}", "vars", shapes, is_cudnn=True)
    bias = (2, gates) if layer.get("reset_after") else (gates,)
    return Stored(layer["kind"], "cell/vars", ((width, gates), (units, gates), bias))
