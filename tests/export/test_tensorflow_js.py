"""The TensorFlow.js files: what tfjs itself, and the page's own modules, make of them."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from bot.checkpoints.sandbox import read_checkpoint
from bot.errors import InvalidInputError
from bot.export.browser_page import write_browser_folder
from bot.export.tensorflow_js import SHARD_SIZE, Precision, write_layers_model
from bot.generation.card import GRU, LSTM, Embedding, weight_shapes
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.engines.keras_network import build_network, set_weights
from bot.generation.model import Model, round_to_float16
from tests.support.node import needs_packages, run_node
from tests.support.paths import SHARED
from tests.support.random_models import DEEP, random_model

TEXT = "The meaning of life is not the same on the bears"
TOLERANCES: dict[Precision, float] = {"float32": 2e-6, "float16": 5e-6}
OF_KERAS_2 = (
    Embedding(size=8),
    GRU(units=9, reset_after=False, recurrent_activation="hard_sigmoid"),
    LSTM(units=11, recurrent_activation="hard_sigmoid"),
    GRU(units=7, reset_after=False),
)


@cache
def models() -> dict[str, Model]:
    """The shipped models, the tutorial's checkpoints where they are there, and two for what those have not."""
    found = {path.name: Model.read(path) for path in sorted(SHIPPED_MODELS.iterdir())}
    for path in sorted((SHARED / "legacy").glob("*/*/checkpoint.hdf5")):
        found[path.parent.name] = read_checkpoint(path, None)
    return found | {"deep": random_model(layers=DEEP), "keras-2": random_model(layers=OF_KERAS_2)}


def by_keras(model: Model) -> np.ndarray[Any, Any]:
    """What Keras itself expects after each character of the text. (The engine's XLA approximates a little more.)"""
    ids = model.vocabulary.encode(TEXT)
    network = build_network(model.card, rows=1, steps=len(ids))
    set_weights(network, model.weights, model.card)
    expected: np.ndarray[Any, Any] = keras.ops.softmax(network(ids[None]))[0].numpy()
    return expected


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Precision, Any]]:
    """What Node.js says of every model, in one go, beside what Keras says."""
    folder = tmp_path_factory.mktemp("exported")
    kinds: list[tuple[str, Precision]] = [(name, precision) for name in models() for precision in TOLERANCES]
    for name, precision in kinds:
        write_browser_folder(models()[name], folder / f"{name}-{precision}", precision)
    told = run_node("probabilities.mjs", [{"folder": str(folder / f"{n}-{p}"), "text": TEXT} for n, p in kinds])
    return [(*kind, answer) for kind, answer in zip(kinds, told, strict=True)]


@needs_packages
def test_tensorflow_js_and_the_page_expect_what_keras_does(answers: list[tuple[str, Precision, Any]]) -> None:
    for name, precision, answer in answers:
        model = models()[name]
        # With the weights that the file holds; 16 bits may have rounded them.
        rounded = replace(model, weights=round_to_float16(model.weights)) if precision == "float16" else model
        for who in ("tfjs", "page"):
            away = np.abs(np.array(answer[who]) - by_keras(rounded)).max()
            assert away < TOLERANCES[precision], (name, precision, who)


def test_sixteen_bits_move_the_distributions_little() -> None:
    for name, model in models().items():
        rounded = replace(model, weights=round_to_float16(model.weights))
        assert np.abs(by_keras(rounded) - by_keras(model)).max() < 5e-4, name


@pytest.mark.parametrize(("precision", "dtype"), [("float32", "<f4"), ("float16", "<f2")])
def test_the_shards_hold_the_weights_one_after_another(tmp_path: Path, precision: Precision, dtype: str) -> None:
    model = Model.read(SHIPPED_MODELS / "lexicon")
    write_layers_model(model, tmp_path, precision)
    manifest = json.loads((tmp_path / "model.json").read_text())["weightsManifest"][0]
    shards = [(tmp_path / path).read_bytes() for path in manifest["paths"]]
    assert {len(shard) for shard in shards[:-1]} <= {SHARD_SIZE}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["model.json", *manifest["paths"]])
    numbers = np.frombuffer(b"".join(shards), dtype)
    kept = np.concatenate([model.weights[key].ravel() for key in weight_shapes(model.card)])
    assert np.array_equal(numbers, kept.astype(dtype))
    assert manifest["weights"][1]["name"] == "lstm_1/kernel"
    assert manifest["weights"][1]["shape"] == [64, 2048]


def _too_large() -> Model:
    model = random_model()
    weights = {key: array * (1e6 if key == "output.bias" else 1) for key, array in model.weights.items()}
    return Model("large", model.card, weights)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (random_model(layers=(Embedding(size=4), GRU(units=4))), "GRU layer with reset_after"),
        (
            random_model(layers=(Embedding(size=4), LSTM(units=4, recurrent_activation="hard_sigmoid_keras3"))),
            "hard_sigmoid of Keras 3",
        ),
        (_too_large(), "output.bias holds numbers too large for float16"),
    ],
)
def test_what_the_files_cannot_express_is_refused_and_leaves_nothing(tmp_path: Path, model: Model, reason: str) -> None:
    with pytest.raises(InvalidInputError, match=reason):
        write_browser_folder(model, tmp_path / "page", "float16")
    assert list(tmp_path.iterdir()) == []
