from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from bot.generation import reference
from bot.generation.decode import uniform_stream
from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS, StatefulCopy
from bot.generation.engines.tensorflow import TensorFlowCopy, sample
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from tests.generation.test_decode import completions
from tests.models import DEEP, GATED, TINY, random_model

ROUNDING = 1e-5


@pytest.fixture(scope="module", params=[TINY, DEEP, GATED], ids=["one-layer", "two-layers-dropout", "gated"])
def deep_or_tiny(request: pytest.FixtureRequest) -> Model:
    return random_model(layers=request.param, weights_seed=4)


@pytest.fixture(scope="module")
def copy(deep_or_tiny: Model) -> TensorFlowCopy:
    return TensorFlowCopy(deep_or_tiny)


@pytest.mark.parametrize("top_n", [1, 2, 5, 98, 2**53 - 1])
@pytest.mark.parametrize(("count", "temperature"), [(1, 1.0), (1, 0.6), (10, 1.3)])
def test_the_loop_writes_what_the_reference_writes(
    deep_or_tiny: Model, copy: TensorFlowCopy, top_n: int, count: int, temperature: float
) -> None:
    request = GenerationRequest(
        "The meaning of life is ", top_n, length=150, random_seed=11, count=count, temperature=temperature
    )
    for place, text in enumerate(completions(copy, deep_or_tiny, request)):
        assert_sampled_as_the_reference_would(deep_or_tiny, request, place, text)


def assert_sampled_as_the_reference_would(model: Model, request: GenerationRequest, completion: int, text: str) -> None:
    """Every character is the reference's, or its random number lies within rounding of a boundary."""
    state = reference.initial_state(model)
    ids = [int(i) for i in model.vocabulary.encode(request.seed)]
    uniforms = uniform_stream(request.random_seed, completion).random(request.length)
    for character in ids[:-1]:
        reference.step(model, state, character)
    last, written = ids[-1], iter(text)
    for u in uniforms:
        probabilities = reference.softmax(reference.step(model, state, last) / request.temperature)
        near = {reference.sample(probabilities, request.top_n, v) for v in (max(u - ROUNDING, 0), u, u + ROUNDING)}
        shown = {i: model.vocabulary.decode([i]) for i in near}
        if shown == {0: ""}:
            last = 0
            continue
        expected = next(written)
        (last,) = (i for i in near if shown[i] == expected)
    assert next(written, None) is None


def assert_steps_may_be_cut_anywhere(copy: StatefulCopy) -> None:
    """Each step's id is the same whatever calls the steps are spread over."""
    rows, end = 10, CHUNK + 13
    random = np.random.default_rng(7)
    forced = np.full((rows, end), FREE, np.int32)
    forced[:, :20] = random.integers(1, 98, (rows, 20))
    uniforms = random.random((rows, end))
    texts = []
    for cuts in ([CHUNK], [1, 8, 20]):
        copy.reset(rows)
        parts = [
            copy.advance(forced[:, start:stop], uniforms[:, start:stop], 98, 1.0)
            for start, stop in pairwise([0, *cuts, end])
        ]
        assert [part.shape for part in parts] == [(rows, stop - start) for start, stop in pairwise([0, *cuts, end])]
        texts.append(np.concatenate(parts, axis=1))
    assert np.array_equal(texts[0], texts[1])


def test_a_copy_may_advance_by_any_number_of_steps(copy: TensorFlowCopy) -> None:
    assert_steps_may_be_cut_anywhere(copy)


def test_the_same_request_gives_the_same_text_from_any_copy(deep_or_tiny: Model, copy: TensorFlowCopy) -> None:
    request = GenerationRequest("seed", top_n=98, length=300, random_seed=9)
    first = completions(copy, deep_or_tiny, request)
    assert completions(TensorFlowCopy(deep_or_tiny), deep_or_tiny, request) == first
    completions(copy, deep_or_tiny, GenerationRequest("else", count=10))
    assert completions(copy, deep_or_tiny, request) == first


COMPILING = """
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.request import GenerationRequest
from tests.generation.test_decode import completions
from tests.models import random_model

model = random_model()
copy = TensorFlowCopy(model)
for options in ({"top_n": 1}, {"top_n": 97}, {"temperature": 0.5}, {"length": 7}, {"count": 3}, {"count": 10}):
    completions(copy, model, GenerationRequest("seed", random_seed=1, **options))
"""


def test_no_option_makes_it_compile_again(tmp_path: Path) -> None:
    """XLA compiles anew for each value of what it must know beforehand; it is asked to write down what it compiles."""
    flags = {"XLA_FLAGS": f"--xla_dump_to={tmp_path} --xla_dump_hlo_as_text"}
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", COMPILING], cwd=root, env=os.environ | flags, check=True, capture_output=True)
    assert len(list(tmp_path.glob("*_chunk_*.before_optimizations.txt"))) == len(ROW_COUNTS)


@pytest.mark.parametrize("top_n", [1, 2, 3, 4, 9])
def test_sampling_in_the_graph_is_the_references(top_n: int) -> None:
    random = np.random.default_rng(3)
    rows = random.dirichlet(np.ones(5), size=400).astype(np.float32)
    rows[:100] = [0.3, 0.2, 0.3, 0.1, 0.1]  # equally likely ones
    rows[100:200] = [0.0, 0.5, 0.0, 0.5, 0.0]  # impossible ones
    uniforms = random.random(400).astype(np.float32)
    uniforms[::7] = 0.0
    uniforms[1::7] = np.nextafter(np.float32(1), np.float32(0))
    sampled = sample(tf.constant(rows), tf.constant(top_n), tf.constant(uniforms)).numpy()
    expected = [reference.sample(p, top_n, u) for p, u in zip(rows, uniforms, strict=True)]
    assert sampled.tolist() == expected


def test_greedy_text_is_the_likeliest_character_every_time(deep_or_tiny: Model, copy: TensorFlowCopy) -> None:
    texts = {
        completions(copy, deep_or_tiny, GenerationRequest("A", top_n=1, length=80, random_seed=seed))[0]
        for seed in range(3)
    }
    assert len(texts) == 1
