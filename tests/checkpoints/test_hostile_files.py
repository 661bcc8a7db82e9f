"""Files that mean harm, or are broken: each is refused with a reason, and nothing of them is run."""

from __future__ import annotations

import base64
import io
import json
import marshal
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from bot.checkpoints import sandbox
from bot.checkpoints.sandbox import MAX_FILE, read_checkpoint
from bot.errors import InvalidInputError
from bot.generation.card import Embedding
from bot.generation.model import Model
from tests.support.keras_files import SMALL, Change, Config, layers_of, make_functional, write_hdf5, write_keras
from tests.support.random_models import random_model

KERNEL = "model_weights/lstm_1/lstm_1/kernel:0"


COMMANDS = (
    ("generate", "--seed", "x", "--checkpoint-path"),
    ("probabilities", "--text", "x", "--checkpoint-path"),
    ("import", "--name", "mine"),
)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path_factory.mktemp("own") / "models"))


def refused(path: Path, reason: str) -> None:
    before = sorted(path.parent.iterdir())
    with pytest.raises(InvalidInputError, match=reason) as caught:
        read_checkpoint(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.isprintable()  # one line
    assert_refused_by_a_command(COMMANDS[len(message) % len(COMMANDS)], path, message)
    assert sorted(path.parent.iterdir()) == before


def assert_refused_by_a_command(words: tuple[str, ...], path: Path, message: str) -> None:
    """They all read a file in the same way: each case is tried with one of them, as it comes."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        assert main([*words, str(path)]) == 2
    assert (out.getvalue(), err.getvalue()) == ("", f"charla {words[0]}: {message}\n")
    assert not Path(os.environ["MODELS_DIR"]).exists()


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


def soft(file: h5py.File) -> None:
    file[KERNEL] = h5py.SoftLink("/elsewhere")


def external(file: h5py.File) -> None:
    file[KERNEL] = h5py.ExternalLink("other.h5", "/data")


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4, 12), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "data", (4, 12))
    file.create_virtual_dataset(KERNEL, layout)


def stored_elsewhere(file: h5py.File) -> None:
    file.create_dataset(KERNEL, (4, 12), "f4", external=[("/etc/passwd", 0, 192)])


def huge(file: h5py.File) -> None:
    file.create_dataset(KERNEL, (10**6, 10**6), "f4", chunks=(64, 64))


def great_pieces(file: h5py.File) -> None:
    file.create_dataset(KERNEL, data=np.ones((4, 12), "f4"), chunks=(4000, 12000), maxshape=(None, None))


def filtered(file: h5py.File) -> None:
    file.create_dataset(KERNEL, data=np.ones((4, 12), "f4"), compression="lzf")


def a_group(file: h5py.File) -> None:
    file.create_group(KERNEL)


def put(value: object) -> Callable[[h5py.File], None]:
    def place(file: h5py.File) -> None:
        file[KERNEL] = value

    return place


PAIR = np.dtype([("a", "f4"), ("b", "f4")])
WEIGHTS: list[tuple[Callable[[h5py.File], None], str]] = [
    (soft, "kernel:0 is a soft link; allowed"),
    (external, "kernel:0 is an external link; allowed"),
    (virtual, "kernel:0 has its numbers elsewhere"),
    (stored_elsewhere, "kernel:0 has its numbers elsewhere"),
    (huge, r"kernel:0 has the shape \(1000000, 1000000\); the network needs \(4, 12\)"),
    (great_pieces, "pieces larger than itself"),
    (filtered, "filter 32000; allowed: gzip and shuffle"),
    (a_group, "kernel:0 is not a dataset"),
    (lambda _: None, "kernel:0 is missing"),
    (put(np.ones((4, 12), "i4")), "of type int32; allowed: float16, float32 and float64"),
    (put(np.ones((4, 12), "c8")), "of type complex64"),
    (put(np.ones((4, 12), PAIR)), "of type .*; allowed: float16"),
    (put(np.full((4, 12), b"x")), "of type .*; allowed: float16"),
    (put(np.ones((12, 4), "f4")), r"has the shape \(12, 4\)"),
    (put(np.ones(48, "f4")), r"has the shape \(48,\)"),
    (put(np.full((4, 12), np.nan, "f4")), "not finite"),
    (put(np.full((4, 12), np.inf, "f4")), "not finite"),
    (put(np.full((4, 12), 1e300)), "not finite"),
]


@pytest.mark.parametrize(("place", "reason"), WEIGHTS, ids=[reason[:40] for _, reason in WEIGHTS])
def test_weights(tmp_path: Path, place: Callable[[h5py.File], None], reason: str) -> None:
    path = write_hdf5(tmp_path / "a.h5")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["data"] = np.ones((4, 12), "f4")
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        place(file)
    refused(path, reason)


def test_sums_of_biases_that_are_not_finite(tmp_path: Path) -> None:
    def rename(config: Config) -> None:
        layer = layers_of(config)[1]
        layer.update(class_name="CuDNNLSTM", config={"name": "lstm_1", "units": 3, "return_sequences": True})

    path = write_hdf5(tmp_path / "a.h5", change=rename)
    with h5py.File(path, "r+") as file:
        bias = "model_weights/lstm_1/lstm_1/bias:0"
        del file[bias]
        file[bias] = np.full(24, 3e38, "f4")
    refused(path, "sums of its biases are not finite")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a/saved_model.pb", b"x", r"is a SavedModel folder; save it as a file.*\.save\('model\.h5'\)"),
        ("a", b"GGUF....", r"neither an HDF5 file nor a \.keras file; save the whole model in Keras: model\.save"),
    ],
)
def test_other_programs_files_are_refused_with_the_way_out(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / "a", reason)


def test_a_pytorch_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("archive/data.pkl", b"x")
    refused(tmp_path / "a.pt", "is a PyTorch file; build the same network in Keras")


def linked_group(file: h5py.File) -> None:
    file.move("model_weights", "aside")
    file["model_weights"] = h5py.SoftLink("/aside")


def upward(file: h5py.File) -> None:
    file["model_weights/lstm_1"].attrs["weight_names"] = [b"../lstm_1/kernel:0", b"a", b"b"]


def fewer(file: h5py.File) -> None:
    file["model_weights/lstm_1"].attrs["weight_names"] = [b"lstm_1/kernel:0"]


def many_names(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = np.full(1000, b"lstm_1")


def numbers_for_names(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = [1, 2, 3]


def missing_layer(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = [b"embedding_0", b"lstm_1"]


def no_config(file: h5py.File) -> None:
    del file.attrs["model_config"]


def odd_config(file: h5py.File) -> None:
    file.attrs["model_config"] = np.zeros(5)


def no_json(file: h5py.File) -> None:
    file.attrs["model_config"] = "[" * 100_000


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        (linked_group, "model_weights is a soft link"),
        (upward, "is no plain name"),
        (fewer, "1 weights; the layer needs 3"),
        (many_names, "longer than 256 names"),
        (numbers_for_names, "not a list of names"),
        (missing_layer, "2 layers have weights; the network needs 3"),
        (no_config, "holds no whole model, perhaps weights alone"),
        (odd_config, "model_config is not a string"),
        (no_json, "the description of the network is not JSON"),
    ],
)
def test_structures(tmp_path: Path, bend: Callable[[h5py.File], None], reason: str) -> None:
    path = write_hdf5(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        bend(file)
    refused(path, reason)


def _linked_weights(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO(members["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        del file["layers/lstm/cell/vars/0"]
        file["layers/lstm/cell/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")
    members["model.weights.h5"] = buffer.getvalue()


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (lambda m: m.update({"../evil": b""}), "'../evil' points out of the archive"),
        (lambda m: m.update({"/etc/evil": b""}), "'/etc/evil' points out of the archive"),
        (lambda m: m.update({"a\\..\\evil": b""}), "points out of the archive"),
        (lambda m: m.update({str(n): b"" for n in range(100)}), "103 members; at most 64"),
        (lambda m: m.pop("model.weights.h5"), "its member model.weights.h5 is missing"),
        (lambda m: m.pop("config.json"), "its member config.json is missing"),
        (lambda m: m.pop("metadata.json"), "its member metadata.json is missing"),
        (lambda m: m.update({"metadata.json": b"{}"}), "names no keras_version"),
        (lambda m: m.update({"model.weights.h5": bytes(50_000_000)}), r"expands 10\d\d times; at most 100"),
        (lambda m: m.update({"config.json": os.urandom(1_100_000)}), "1100000 bytes; at most 1000000 are allowed"),
        (lambda m: m.update({"config.json": b"[]"}), "an object is expected"),
        (lambda m: m.update({"config.json": b"\xff"}), "damaged"),
        (lambda m: m.update({"model.weights.h5": b"nothing"}), "damaged"),
        (_linked_weights, "/layers/lstm/cell/vars: 0 is an external link"),
    ],
)
def test_archives(tmp_path: Path, members: Callable[[dict[str, bytes]], None], reason: str) -> None:
    refused(write_keras(tmp_path / "a.keras", members=members), reason)


def test_archives_that_lie(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", bytes(50_000_000))
    lie = bomb.getvalue().replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (tmp_path / "a.keras").write_bytes(lie)
    refused(tmp_path / "a.keras", "metadata.json is missing")
    with zipfile.ZipFile(write_keras(tmp_path / "b.keras"), "a") as archive, pytest.warns(UserWarning, match="Dupl"):
        archive.writestr("config.json", b"{}")
    refused(tmp_path / "b.keras", "two members 'config.json'")


@pytest.mark.parametrize("write", [write_hdf5, write_keras])
def test_truncated(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    whole = write(tmp_path / "whole").read_bytes()
    for kept in (1, 7, 8, 60, 700, len(whole) // 2, len(whole) - 700, len(whole) - 1):
        path = tmp_path / f"first{kept}"
        path.write_bytes(whole[:kept])
        refused(path, "damaged|neither an HDF5 file nor a .keras file")


def test_no_checkpoint_at_all(tmp_path: Path) -> None:
    refused(tmp_path / "none", "no such file")
    refused(tmp_path, "is a directory")
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", "the file is empty")
    (tmp_path / "text").write_text("neither the one nor the other")
    refused(tmp_path / "text", "neither an HDF5 file nor a .keras file")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a device")
    with pytest.raises(InvalidInputError, match="null"):
        read_checkpoint(Path("a\0b"))
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_FILE + 2**20)  # takes no room on the disk
    refused(tmp_path / "large", "the file has 513 MiB; at most 512 are allowed")


def test_a_large_network_in_a_small_file(tmp_path: Path) -> None:
    def grow(config: Config) -> None:
        layers_of(config)[0]["config"]["output_dim"] = 4096
        layers_of(config)[1]["config"]["units"] = 4096

    refused(write_hdf5(tmp_path / "a.h5", change=grow), "its weights take 51. MiB; at most 256")
    model = random_model(layers=(Embedding(size=4096), SMALL[1]))
    path = write_hdf5(tmp_path / "b.h5", model)
    name = "model_weights/embedding_0/embedding_0/embeddings:0"
    with h5py.File(path, "r+") as file:
        del file[name]
        file.create_dataset(name, data=np.zeros((98, 4096), "f4"), compression="gzip")
    refused(path, "expands more than 100 times")


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """The worst of these files cost the child no more than a valid one."""
    files = [tmp_path / "bomb.keras", tmp_path / "huge.h5"]
    write_keras(files[0], members=lambda m: m.update({"model.weights.h5": bytes(300_000_000)}))
    with h5py.File(write_hdf5(files[1]), "r+") as file:
        del file[KERNEL]
        huge(file)
    script = """
import resource, sys
from pathlib import Path
from bot.checkpoints.sandbox import read_checkpoint
from bot.errors import InvalidInputError
for name in sys.argv[1:]:
    try:
        read_checkpoint(Path(name))
    except InvalidInputError:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", script, *files], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150_000  # KiB; 50,000 with a valid file


def child_that(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> Path:
    """A checkpoint, and a child process that does what `script` says instead of reading it."""
    interpreter = folder / "python"
    interpreter.write_text(f"#!/bin/sh\n{script}\n")
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    return write_hdf5(folder / "a.h5")


GOOD = json.dumps({"layers": [layer.model_dump() for layer in SMALL], "outputs": 98})
NUMBERS = 4 * (98 * 4 + 4 * 12 + 3 * 12 + 12 + 3 * 98 + 98)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("kill -SEGV $$", "crashes the HDF5 library"),
        ("exit 1", "damaged"),
        ("echo garbage", "damaged"),
        ("exec cat /dev/zero", "damaged"),
        ("echo '[1]'", "damaged"),
        ("""echo '{"refused": "a\\u0007b"}'""", "a\N{REPLACEMENT CHARACTER}b"),
        ("""echo '{"outputs": 98}'""", "layers: "),
        (f"echo '{GOOD}'", "damaged"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero; echo more", "damaged"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero; kill -SEGV $$", "crashes"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero | tr '\\0' '\\377'", "not finite"),
    ],
)
def test_a_child_that_misbehaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, reason: str) -> None:
    refused(child_that(monkeypatch, tmp_path, script), reason)


def test_a_child_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    refused(child_that(monkeypatch, tmp_path, "exec sleep 60"), "takes too long")


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    path = child_that(monkeypatch, tmp_path, f"env > {tmp_path}/environment; exit 1")
    (tmp_path / "environment").touch()
    refused(path, "damaged")
    assert "PYTHONPATH" in (tmp_path / "environment").read_text()
    assert "secret" not in (tmp_path / "environment").read_text()


@pytest.fixture(scope="module", params=[write_hdf5, write_keras])
def valid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("flipped") / "a"
    return path, request.param(path).read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipped_bytes_load_or_are_refused(valid: tuple[Path, bytes], data: Any) -> None:
    path, content = valid
    flips = st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(1, 255)), min_size=1, max_size=8)
    flipped = bytearray(content)
    for place, mask in data.draw(flips):
        flipped[place] ^= mask
    path.write_bytes(flipped)
    try:
        assert isinstance(read_checkpoint(path), Model)
    except InvalidInputError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right
