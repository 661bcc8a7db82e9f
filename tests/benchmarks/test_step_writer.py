from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers import keras
from benchmarks.peers.layers import gate_order, plain_lstm
from benchmarks.peers.numpy import ReferenceWriter
from benchmarks.step_writer import Writer, sample_by_partition
from bot.errors import ModelError
from bot.generation import reference
from bot.generation.card import LSTM, Embedding
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, Sampling
from tests.support.random_models import GATED, random_model

REQUESTS = [GenerationRequest("Once upon ", top_n=5, length=40, random_seed=number) for number in range(3)]


@pytest.fixture(scope="module")
def deep() -> Model:
    return random_model("deep", (Embedding(size=8), LSTM(units=16), LSTM(units=12)))


def reference_texts(model: Model) -> list[str]:
    return ReferenceWriter(model, Path()).write(REQUESTS)


@given(st.integers(0, 2**32), st.integers(1, 120), st.integers(1, 5))
def test_sampling_many_rows_equals_the_reference(random_seed: int, top_n: int, rows: int) -> None:
    random = np.random.default_rng(random_seed)
    logits, uniforms = random.standard_normal((rows, 98)).astype(np.float32), random.random(rows)
    expected = [
        reference.sample(reference.softmax(row), u, Sampling(top_n)) for row, u in zip(logits, uniforms, strict=True)
    ]
    assert sample_by_partition(logits, top_n, uniforms).tolist() == expected


@pytest.mark.parametrize("make", [keras.predict, keras.call])
def test_keras_writes_the_references_text(make: object, deep: Model, tmp_path: Path) -> None:
    writer: Writer = keras.predict(deep, tmp_path) if make is keras.predict else keras.call(deep, tmp_path)
    assert writer.write(REQUESTS[:1]) == reference_texts(deep)[:1]


def test_onnx_runtime_writes_the_references_texts_as_a_batch(deep: Model, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="`make .venv/bench` installs it")
    from benchmarks.peers import onnx, onnx_graph  # noqa: PLC0415 - not everybody has it

    onnx_graph.prepare(deep, tmp_path)
    assert onnx.float32(deep, tmp_path).write(REQUESTS) == reference_texts(deep)
    assert len(onnx.int8(deep, tmp_path).write(REQUESTS)) == 3


def test_pytorch_writes_the_references_texts_as_a_batch(deep: Model, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is the user's own")
    from benchmarks.peers import torch  # noqa: PLC0415 - imports TensorFlow

    assert torch.stepwise(deep, tmp_path).write(REQUESTS) == reference_texts(deep)


def test_other_layers_are_refused() -> None:
    with pytest.raises(ModelError, match="layer 1 is not an LSTM with logistic gates"):
        plain_lstm(random_model("gated", GATED))


def test_gates_are_put_in_another_order() -> None:
    weight = np.arange(8, dtype=np.float32)
    assert gate_order(weight, "iofc").tolist() == [0, 1, 6, 7, 2, 3, 4, 5]
