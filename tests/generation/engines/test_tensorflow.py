from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from bot.generation import reference
from bot.generation.decode import write_texts
from bot.generation.engines.protocol import ROW_COUNTS
from bot.generation.engines.tensorflow import TensorFlowCopy, sample_by_rank
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, Sampling
from tests.support.engine_checks import (
    MIN_P_CUTS,
    assert_steps_may_be_cut_anywhere,
    assert_writes_as_the_reference_would,
)
from tests.support.paths import ROOT
from tests.support.random_models import DEEP, GATED, TINY, random_model


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
    assert_writes_as_the_reference_would(copy, deep_or_tiny, request)


@pytest.mark.parametrize("asked", MIN_P_CUTS, ids=lambda asked: f"{asked.min_p}-{asked.top_n}-{asked.temperature}")
def test_min_p_cuts_what_it_cuts_in_the_reference(
    deep_or_tiny: Model, copy: TensorFlowCopy, asked: GenerationRequest
) -> None:
    assert_writes_as_the_reference_would(copy, deep_or_tiny, asked)


def test_a_copy_may_advance_by_any_number_of_steps(copy: TensorFlowCopy) -> None:
    assert_steps_may_be_cut_anywhere(copy)


def test_the_same_request_gives_the_same_text_from_any_copy(deep_or_tiny: Model, copy: TensorFlowCopy) -> None:
    request = GenerationRequest("seed", top_n=98, length=300, random_seed=9)
    first = write_texts(copy, deep_or_tiny.vocabulary, request)
    assert write_texts(TensorFlowCopy(deep_or_tiny), deep_or_tiny.vocabulary, request) == first
    write_texts(copy, deep_or_tiny.vocabulary, GenerationRequest("else", count=10))
    assert write_texts(copy, deep_or_tiny.vocabulary, request) == first


COMPILING = """
from bot.generation.decode import write_texts
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.request import GenerationRequest, Sampling
from tests.support.random_models import random_model

model = random_model()
copy = TensorFlowCopy(model)
for options in ({"top_n": 1}, {"top_n": 97}, {"temperature": 0.5}, {"length": 7}, {"count": 3}, {"count": 10}):
    write_texts(copy, model.vocabulary, GenerationRequest("seed", random_seed=1, **options))
"""


def test_no_option_makes_it_compile_again(tmp_path: Path) -> None:
    """XLA compiles anew for each value of what it must know beforehand; it is asked to write down what it compiles."""
    flags = {"XLA_FLAGS": f"--xla_dump_to={tmp_path} --xla_dump_hlo_as_text"}
    subprocess.run([sys.executable, "-c", COMPILING], cwd=ROOT, env=os.environ | flags, check=True, capture_output=True)
    assert len(list(tmp_path.glob("*_chunk_*.before_optimizations.txt"))) == len(ROW_COUNTS)


@pytest.mark.parametrize("min_p", [0.0, 0.4, 0.999])
@pytest.mark.parametrize("top_n", [1, 2, 3, 4, 9])
def test_sampling_in_the_graph_is_the_references(top_n: int, min_p: float) -> None:
    random = np.random.default_rng(3)
    rows = random.dirichlet(np.ones(5), size=400).astype(np.float32)
    rows[:100] = [0.3, 0.2, 0.3, 0.1, 0.1]  # equally likely ones
    rows[100:200] = [0.0, 0.5, 0.0, 0.5, 0.0]  # impossible ones
    uniforms = random.random(400).astype(np.float32)
    uniforms[::7] = 0.0
    uniforms[1::7] = np.nextafter(np.float32(1), np.float32(0))
    options = tf.constant(top_n), tf.constant(min_p)
    sampled = sample_by_rank(tf.constant(rows), *options, tf.constant(uniforms)).numpy()
    expected = [reference.sample(p, u, Sampling(top_n, min_p)) for p, u in zip(rows, uniforms, strict=True)]
    assert sampled.tolist() == expected


def test_greedy_text_is_the_likeliest_character_every_time(deep_or_tiny: Model, copy: TensorFlowCopy) -> None:
    texts = {
        write_texts(copy, deep_or_tiny.vocabulary, GenerationRequest("A", top_n=1, length=80, random_seed=seed))[0]
        for seed in range(3)
    }
    assert len(texts) == 1
