from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from bot.checkpoints.sandbox import read_checkpoint
from bot.errors import InvalidInputError
from bot.generation import reference
from bot.generation.card import GRU, LSTM, Dropout, Embedding, Layer, weight_shapes
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Vocabulary
from bot.limits import MAX_LAYER_SIZE, MAX_VOCABULARY
from tests.support.keras_files import SMALL, layers_of, make_functional, write_hdf5, write_keras
from tests.support.paths import SHARED
from tests.support.random_models import random_model
from tests.support.reference_texts import reference_probabilities
from tests.support.tutorial_checkpoints import GENUINE, LEGACY, find_checkpoint

CASES = SHARED / "cases" / "texts"
STACK: tuple[Layer, ...] = (
    Embedding(size=5),
    Dropout(rate=0.1),
    LSTM(units=4),
    GRU(units=3, reset_after=False),
    LSTM(units=6),
    Dropout(rate=0.5),
    GRU(units=2),
)


def assert_same(read: Model, written: Model) -> None:
    assert read.card.layers == written.card.layers
    assert read.card.characters == written.card.characters
    assert all(np.array_equal(read.weights[name], written.weights[name]) for name in weight_shapes(written.card))


@pytest.fixture(scope="module", params=GENUINE)
def genuine(request: pytest.FixtureRequest) -> tuple[Model, Path]:
    """A checkpoint that the tutorial made, and the start of the paths of what the tutorial made of it."""
    checkpoint, printed = find_checkpoint(request.param)
    return read_checkpoint(checkpoint), printed


def golden(start: Path, rest: str) -> str:
    return Path(f"{start}.{rest}").read_bytes().decode("utf-8")


def test_probabilities_are_the_tutorials(genuine: tuple[Model, Path]) -> None:
    model, start = genuine
    text = (start.parent / "probs_text.txt").read_bytes().decode("utf-8")
    expected = np.load(f"{start}.probs.npy")
    assert np.abs(reference_probabilities(model, model.vocabulary.encode(text)) - expected).max() < 2e-6


@pytest.mark.parametrize("number", [0, 1, 2])
def test_greedy_text_is_the_tutorials(genuine: tuple[Model, Path], number: int) -> None:
    model, start = genuine
    seed = json.loads((LEGACY / "seeds.json").read_text(encoding="utf-8"))[number]
    ids = reference.generate(model, model.vocabulary.encode(seed), [0.0] * 300, Sampling(1))
    assert seed + model.vocabulary.decode(ids) + "\n" == golden(start, f"seed{number}.top1.len300.txt")


@pytest.mark.parametrize("top_n", [2, 5, 98])
def test_sampled_text_is_the_tutorials(genuine: tuple[Model, Path], top_n: int) -> None:
    model, start = genuine
    seed = json.loads((LEGACY / "seeds.json").read_text(encoding="utf-8"))[0]
    uniforms = np.random.RandomState(1234).random_sample(200)  # as np.random.choice draws them, one a character
    ids = reference.generate(model, model.vocabulary.encode(seed), uniforms, Sampling(top_n))
    assert seed + model.vocabulary.decode(ids) + "\n" == golden(start, f"seed0.np1234.top{top_n}.len200.txt")


@pytest.mark.parametrize("version", ["2.2.2", "2.2.4", "2.15.0", "3.15.1"])
def test_hdf5_of_each_keras(tmp_path: Path, version: str) -> None:
    model = random_model(layers=STACK)
    read = read_checkpoint(write_hdf5(tmp_path / "mine.hdf5", model, version))
    assert read.name == "mine"
    assert_same(read, model)


@pytest.mark.parametrize(
    ("version", "root", "step"),
    [
        ("3.15.1", "layers", 1),
        ("2.15.0", "_layer_checkpoint_dependencies", 1),
        ("2.13.1", "_layer_checkpoint_dependencies", 2),
    ],
)
def test_dot_keras_of_each_keras(tmp_path: Path, version: str, root: str, step: int) -> None:
    model = random_model(layers=STACK)
    assert_same(read_checkpoint(write_keras(tmp_path / "mine", model, version, root=root, step=step)), model)


@pytest.mark.parametrize(
    ("version", "meaning"),
    [("2.2.4", "hard_sigmoid"), ("2.15.0", "hard_sigmoid"), ("3.0.5", "hard_sigmoid_keras3")],
)
def test_hard_sigmoid_means_what_it_meant(tmp_path: Path, version: str, meaning: str) -> None:
    old = random_model(layers=(Embedding(size=4), LSTM(units=3, recurrent_activation="hard_sigmoid")))
    for path in (write_hdf5(tmp_path / "a", old, version), write_keras(tmp_path / "b", old, version)):
        layer = read_checkpoint(path).card.layers[1]
        assert isinstance(layer, LSTM)
        assert layer.recurrent_activation == meaning


@pytest.mark.parametrize("kind", [np.float16, np.float64, ">f4"])
def test_other_floats_become_float32(tmp_path: Path, kind: Any) -> None:
    model = random_model(layers=SMALL)
    path = tmp_path / "a.h5"
    write_hdf5(path, _as_type(model, kind))
    read = read_checkpoint(path)
    for name, array in model.weights.items():
        np.testing.assert_array_equal(read.weights[name], array.astype(kind).astype(np.float32))


def _as_type(model: Model, kind: Any) -> Model:
    weights = {name: array.astype(kind) for name, array in model.weights.items()}
    bent = object.__new__(Model)  # a Model proper would refuse these
    for name, value in (("name", "bent"), ("card", model.card), ("weights", weights)):
        object.__setattr__(bent, name, value)
    return bent


def test_a_softmax_may_be_a_layer_of_its_own(tmp_path: Path) -> None:
    def part(config: dict[str, Any]) -> None:
        layers = layers_of(config)
        layers[-1]["config"]["layer"]["config"]["activation"] = "linear"
        layers.append({"class_name": "Activation", "config": {"name": "last", "activation": "softmax"}})

    assert_same(read_checkpoint(write_hdf5(tmp_path / "a", change=part)), random_model(layers=SMALL))


@pytest.mark.parametrize(
    ("dense", "last"),
    [
        ("linear", None),
        ("log_softmax", None),
        ("linear", {"class_name": "Activation", "config": {"name": "last", "activation": "linear"}}),
        ("softmax", {"class_name": "Activation", "config": {"name": "last", "activation": "linear"}}),
        ("linear", {"class_name": "Activation", "config": {"name": "last", "activation": "log_softmax"}}),
    ],
)
def test_logits_are_read_and_get_their_softmax_here(tmp_path: Path, dense: str, last: dict[str, Any] | None) -> None:
    def bend(config: dict[str, Any]) -> None:
        layers = layers_of(config)
        layers[-1]["config"]["layer"]["config"]["activation"] = dense
        layers.extend([last] if last else [])

    assert_same(read_checkpoint(write_hdf5(tmp_path / "a", change=bend)), random_model(layers=SMALL))


@pytest.mark.parametrize(
    "policy",
    [
        "mixed_bfloat16",
        {"class_name": "Policy", "config": {"name": "mixed_float16"}},
        {"class_name": "PolicyV1", "config": {"name": "mixed_float16", "loss_scale": {"class_name": "Dynamic"}}},
        {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "mixed_float16"}, "registered_name": None},
    ],
)
def test_mixed_precision_is_read_as_its_weights_have_32_bits(tmp_path: Path, policy: object) -> None:
    def mix(config: dict[str, Any]) -> None:
        for layer in layers_of(config):
            layer["config"]["dtype"] = policy

    assert_same(read_checkpoint(write_hdf5(tmp_path / "a", change=mix)), random_model(layers=SMALL))
    assert_same(read_checkpoint(write_keras(tmp_path / "b", change=mix)), random_model(layers=SMALL))


@pytest.mark.parametrize("version", ["2.2.4", "2.15.0", "3.15.1"])
def test_a_functional_model_that_is_a_chain_is_read(tmp_path: Path, version: str) -> None:
    model, change = random_model(layers=STACK), make_functional(version)
    assert_same(read_checkpoint(write_hdf5(tmp_path / "a", model, version, change)), model)
    root = "layers" if version >= "3" else "_layer_checkpoint_dependencies"
    assert_same(read_checkpoint(write_keras(tmp_path / "b", model, version, root=root, change=change)), model)


def lay_out_for_cudnn(weights: list[np.ndarray[Any, Any]], gates: int) -> list[np.ndarray[Any, Any]]:
    """Lay out a layer's weights as Keras's CuDNN layers store them: each gate's matrix by rows of outputs."""
    *kernels, bias = weights
    stored = [np.hstack([gate.T.reshape(gate.shape) for gate in np.hsplit(each, gates)]) for each in kernels]
    return [*stored, bias.reshape(-1) if gates == 3 else np.concatenate([bias / 2, bias / 2])]


def test_cudnn_layers_are_read_as_what_they_compute(tmp_path: Path) -> None:
    model = random_model(layers=(Embedding(size=5), LSTM(units=4), GRU(units=3)))
    expected = dict(model.weights)

    def rename(config: dict[str, Any]) -> None:
        for layer in layers_of(config)[1:3]:
            layer["class_name"] = f"CuDNN{layer['class_name']}"
            for setting in set(layer["config"]) - {"name", "units", "return_sequences", "stateful"}:
                del layer["config"][setting]

    path = write_hdf5(tmp_path / "a.h5", model, "2.15.0", rename)
    with h5py.File(path, "r+") as file:
        for number, name, gates in ((1, "lstm_1", 4), (2, "gru_2", 3)):
            names = ["kernel", "recurrent_kernel", "bias"]
            given = lay_out_for_cudnn([expected[f"layers.{number}.{each}"] for each in names], gates)
            for each, array in zip(names, given, strict=True):
                del file[f"model_weights/{name}/{name}/{each}:0"]
                file[f"model_weights/{name}/{name}/{each}:0"] = array
    assert_same(read_checkpoint(path), model)


@pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is missing")
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("k2-mixed_float16.h5", ["embedding", "lstm", "dropout", "lstm"]),
        ("k3-logits.keras", ["embedding", "lstm", "dropout", "lstm"]),
        ("k2-cudnnlstm.h5", ["embedding", "lstm"]),
    ],
)
def test_a_case_is_read(name: str, kinds: list[str]) -> None:
    model = read_checkpoint(CASES / name)
    assert [layer.kind for layer in model.card.layers] == kinds
    probabilities = reference_probabilities(model, model.vocabulary.encode("It was"))
    assert np.allclose(probabilities.sum(axis=-1), 1)


def test_another_vocabulary_is_asked_for_and_fits(tmp_path: Path) -> None:
    model = random_model(layers=SMALL, vocabulary=Vocabulary("abcdéﬁ\n"))
    path = write_hdf5(tmp_path / "a.h5", model)
    with pytest.raises(InvalidInputError, match=r"writes 8 ids.* 98.*--characters FILE"):
        read_checkpoint(path)
    with pytest.raises(InvalidInputError, match=r"7 characters are needed .* 3 were given"):
        read_checkpoint(path, "abc")
    with pytest.raises(InvalidInputError, match="the character 'a' stands in the vocabulary twice"):
        read_checkpoint(path, "abcdeaa")
    assert_same(read_checkpoint(path, "abcdéﬁ\n"), model)


def test_keras_agrees(tmp_path: Path) -> None:
    """Files that Keras itself wrote mean here what they mean to Keras."""
    keras = pytest.importorskip("keras")
    keras.utils.set_random_seed(1)
    ids = np.arange(40).reshape(1, -1) * 7 % 98
    for number, network in enumerate(_networks(keras)):
        for layer in network.layers:  # biases start as zeros and ones, which hide mistakes
            layer.set_weights([w + np.random.default_rng(2).normal(0, 0.3, w.shape) for w in layer.get_weights()])
        expected = np.asarray(network(ids))[0]
        if network.layers[-1].name == "logits":
            expected = np.stack([reference.softmax(row) for row in expected])
        for suffix in ("h5", "keras"):
            path = tmp_path / f"{number}.{suffix}"
            network.save(path)
            read = read_checkpoint(path)
            assert np.abs(reference_probabilities(read, ids[0]) - expected).max() < 2e-6, path


def _networks(keras: Any) -> list[Any]:
    make = keras.layers
    softmax = make.Dense(98, activation="softmax")
    hard = {"recurrent_activation": "hard_sigmoid", "return_sequences": True}
    stacks = [
        [make.LSTM(7, return_sequences=True), make.Dense(98), make.Activation("softmax")],
        [
            make.Dropout(0.2),
            make.LSTM(6, return_sequences=True, stateful=True),
            make.LSTM(5, return_sequences=True, stateful=True, dropout=0.1),
            make.TimeDistributed(softmax),
        ],
        [make.GRU(6, return_sequences=True), make.GRU(5, reset_after=False, **hard), make.Dense(98), make.Softmax()],
        [make.LSTM(6, **hard), make.GRU(4, reset_after=True, **hard), make.Dense(98, activation="softmax")],
    ]
    entry = keras.Input((None,))
    inner = make.LSTM(6, return_sequences=True)(make.Embedding(98, 8)(entry))
    chain = keras.Model(entry, make.Dense(98, name="logits")(make.Dropout(0.1)(inner)))
    return [
        *(keras.Sequential([keras.Input(batch_shape=(1, 40)), make.Embedding(98, 8), *stack]) for stack in stacks),
        chain,
    ]


def test_the_childs_bounds_are_the_models() -> None:
    characters = "".join(chr(0x4E00 + n) for n in range(MAX_VOCABULARY))
    assert Embedding(size=MAX_LAYER_SIZE).size == MAX_LAYER_SIZE
    assert len(Vocabulary(characters[1:])) == MAX_VOCABULARY
    with pytest.raises(ValueError, match="less than or equal to 4096"):
        Embedding(size=MAX_LAYER_SIZE + 1)
    with pytest.raises(ValueError, match="at most 511"):
        Vocabulary(characters)


def test_the_child_does_without_keras() -> None:
    listing = "import sys, bot.checkpoints.child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    assert not {"tensorflow", "keras", "bot.generation.card", "bot.generation.model"} & set(loaded)


def test_files_stay_as_they_are(tmp_path: Path) -> None:
    path = write_keras(tmp_path / "a.keras")
    before = path.read_bytes()
    read_checkpoint(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.keras"]
