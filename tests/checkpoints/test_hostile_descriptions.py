"""Files whose description of the network means harm, or is wrong: nothing of it is run."""

from __future__ import annotations

import base64
import marshal
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from bot.checkpoints.sandbox import read_checkpoint
from tests.support.hostile_files import refused
from tests.support.keras_files import SMALL, Change, Config, layers_of, make_functional, write_hdf5, write_keras
from tests.support.random_models import random_model


def setting(number: int, name: str, value: object) -> Change:
    def change(config: Config) -> None:
        layers_of(config)[number]["config"][name] = value

    return change


def dense(name: str, value: object) -> Change:
    def change(config: Config) -> None:
        layers_of(config)[-1]["config"]["layer"]["config"][name] = value

    return change


def node(number: int, **values: object) -> Change:
    def change(config: Config) -> None:
        layers_of(config)[number].update(values)

    return change


def without(number: int, name: str) -> Change:
    def change(config: Config) -> None:
        del layers_of(config)[number]["config"][name]

    return change


def insert(number: int, layer: Config) -> Change:
    return lambda config: layers_of(config).insert(number, layer)


def repeat(config: Config) -> None:
    layers_of(config)[1:2] *= 40


def lambda_layer(marker: Path) -> Config:
    """A layer that creates a file when its code is run, as Keras 2 stores it."""
    code = compile(f"open({str(marker)!r}, 'w')", "<lambda>", "eval")
    function = [base64.b64encode(marshal.dumps(code)).decode(), None, None]
    return {"class_name": "Lambda", "config": {"name": "l", "function": function, "function_type": "lambda"}}


def bend_graph(version: str, change: Callable[[Config], None]) -> Change:
    """Make a Functional model, and bend its configuration."""

    def bend(config: Config) -> None:
        make_functional(version)(config)
        change(config["config"])

    return bend


def on_graph(number: int, nodes: object) -> Callable[[Config], None]:
    return lambda inner: inner["layers"][number].update(inbound_nodes=nodes)


HALF = {"class_name": "Policy", "config": {"name": "float16"}}
CONFIGS: list[tuple[Change, str]] = [
    (setting(1, "go_backwards", True), r"layer lstm_1 \(LSTM\): go_backwards is true; allowed: false"),
    (setting(1, "return_state", True), "return_state is true; allowed: false"),
    (setting(1, "time_major", True), "time_major is true; allowed: false"),
    (setting(1, "use_bias", False), "use_bias is false; allowed: true"),
    (setting(1, "use_bias", 1), "use_bias is 1; allowed: true"),
    (setting(1, "activation", "relu"), 'activation is "relu"; allowed: "tanh"'),
    (setting(1, "activation", {"class_name": "function"}), r"activation is \{.*; allowed: \"tanh\""),
    (setting(1, "recurrent_activation", "elu"), 'recurrent_activation is "elu"; allowed: "sigmoid", "hard_sigmoid"'),
    (setting(1, "units", 10**12), "units is 1000000000000; allowed: 1 to 4096"),
    (setting(1, "units", -3), "units is -3; allowed"),
    (setting(1, "units", 3.0), "units is 3.0; allowed"),
    (setting(1, "dtype", "bfloat16"), 'dtype is "bfloat16"; allowed: "float32", "mixed_float16", "mixed_bfloat16"; if'),
    (setting(1, "dtype", HALF), r'dtype is "float16"; allowed: "float32".*new\.set_weights\(old\.get_weights\(\)\)'),
    (setting(1, "dtype", {"class_name": "Policy", "config": {"name": "float32", "x": 1}}), "dtype is .*allowed"),
    (setting(1, "peephole\x1b\n", 1), r'LSTM\): "peephole.*" is not known here'),
    (setting(0, "mask_zero", True), r"Embedding\): mask_zero is true; allowed: false"),
    (setting(0, "input_dim", 50), "reads 50 ids and writes 98"),
    (setting(0, "input_dim", 10**6), "input_dim is 1000000; allowed: 1 to 512"),
    (without(1, "activation"), "activation is missing"),
    (dense("activation", "relu"), 'Dense.*activation is "relu"; allowed: "softmax"'),
    (
        insert(3, {"class_name": "Softmax", "config": {"axis": -1}}),
        'Dense.*activation is "softmax"; allowed: "linear" here',
    ),
    (node(1, class_name="CuDNNLSTM"), r"CuDNNLSTM\): .* is not known here"),
    (dense("use_bias", False), "Dense.*use_bias is false"),
    (dense("quantization_config", {"mode": "int8"}), "quantization_config"),
    (node(1, class_name="Attention"), 'of class "Attention"; allowed: .*LSTM, GRU'),
    (node(1, class_name=["LSTM"]), "of class"),
    (node(1, module="os"), r'LSTM\): module is "os"; allowed: keras'),
    (node(1, registered_name="evil>LSTM"), 'registered_name is "evil>LSTM"; allowed: LSTM'),
    (node(1, config=None), "the configuration of a layer is null"),
    (insert(1, {"class_name": "Sequential", "config": []}), 'of class "Sequential"; allowed'),
    (insert(1, {"class_name": "Dropout", "config": {"rate": 1.5}}), "rate is 1.5; allowed: 0 to less than 1"),
    (insert(0, {"class_name": "Dropout", "config": {"rate": 0.5}}), "first layer is Dropout; allowed: Embedding"),
    (lambda config: layers_of(config).__delitem__(1), "no recurrent layer; allowed: LSTM and GRU"),
    (lambda config: layers_of(config).__delitem__(-1), "the last layer is LSTM; allowed: Dense"),
    (lambda config: layers_of(config).clear(), "the last layer is none"),
    (repeat, "42 layers; at most 32"),
    (lambda config: config.update(class_name="Lambda"), 'the network is of class "Lambda"; .*: Sequential, Functional'),
    (lambda config: config.update(class_name="Functional"), "layers have no names of their own"),
    (bend_graph("2.4.0", lambda inner: inner.update(layers={})), "no list of layers"),
    (bend_graph("2.4.0", lambda inner: inner.update(output_layers=[])), "output_layers are not .* alone"),
    (bend_graph("3.0.0", lambda inner: inner.update(output_layers=[["lstm_1", 0, 0], ["x", 0, 0]])), "output_layers"),
    (bend_graph("3.0.0", lambda inner: inner.update(input_layers=["embedding_0", 0, 0])), "input_layers are not"),
    (bend_graph("2.4.0", lambda inner: inner.update(unknown=1)), '"unknown" is not known here'),
    (bend_graph("2.4.0", on_graph(0, [[["lstm_1", 0, 0, {}]]])), "layer inputlayer is no input"),
    (bend_graph("2.4.0", on_graph(2, [])), "layer lstm_1 does not read what embedding_0 writes"),
    (bend_graph("2.4.0", on_graph(2, [[["inputlayer", 0, 0, {}]]])), "layer lstm_1 does not read what embedding_0"),
    (bend_graph("2.4.0", on_graph(2, [[["embedding_0", 1, 0, {}]]])), "does not read"),
    (bend_graph("2.4.0", on_graph(2, [[["embedding_0", 0, 0, {"training": True}]]])), "does not read"),
    (bend_graph("2.4.0", on_graph(2, [[["embedding_0", 0, 0, {"initial_state": ["x", 0, 0]}]]])), "does not read"),
    (bend_graph("2.4.0", on_graph(2, [[["embedding_0", 0, 0, 5]]])), "does not read"),
    (bend_graph("2.4.0", on_graph(2, [[["embedding_0", 0, 0, {}]]] * 2)), "does not read"),
    (bend_graph("3.0.0", on_graph(2, [{"args": [], "kwargs": {}}])), "does not read"),
    (bend_graph("3.0.0", on_graph(2, "embedding_0")), "does not read"),
    (lambda config: config.update(config=5), "the configuration of the network is 5"),
    (lambda config: config.update(x="x" * 2_000_000), "model_config is longer than 1000000"),
]


@pytest.mark.parametrize(("change", "reason"), CONFIGS, ids=[reason[:40] for _, reason in CONFIGS])
def test_descriptions(tmp_path: Path, change: Change, reason: str) -> None:
    refused(write_hdf5(tmp_path / "a.h5", change=change), reason)


def test_a_layer_between_that_drops_the_sequence(tmp_path: Path) -> None:
    model = random_model(layers=(*SMALL, SMALL[1]))
    refused(
        write_hdf5(tmp_path / "a", model, change=setting(1, "return_sequences", False)), "return_sequences is false"
    )
    last = write_hdf5(tmp_path / "b", model, change=setting(2, "return_sequences", False))
    assert read_checkpoint(last).card.layers == model.card.layers


def test_code_is_not_run(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    evil = insert(1, lambda_layer(marker))
    refused(write_hdf5(tmp_path / "a.h5", version="2.2.2", change=evil), 'of class "Lambda"; allowed')
    modern = lambda_layer(marker)
    modern["config"]["function"] = {
        "class_name": "__lambda__",
        "config": {"code": modern["config"]["function"][0], "defaults": None, "closure": None},
    }
    modern |= {"module": "keras.layers", "registered_name": None}
    refused(write_keras(tmp_path / "a.keras", change=insert(1, modern)), 'of class "Lambda"; allowed')
    gadget = {"class_name": "system", "module": "os", "config": f"touch {marker}"}
    refused(write_keras(tmp_path / "b.keras", change=insert(1, gadget)), 'of class "system"; allowed')
    # where a value may be anything, it stays a value
    assert read_checkpoint(write_keras(tmp_path / "c.keras", change=setting(0, "embeddings_initializer", gadget)))
    assert not marker.exists()


@pytest.mark.parametrize("version", ["1.2.2", "4.0.0", "", "two", "3" * 2000])
def test_versions(tmp_path: Path, version: str) -> None:
    path = write_hdf5(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        file.attrs["keras_version"] = version
    refused(path, "written by Keras .*; allowed: 2 and 3|keras_version is (not|longer)")
