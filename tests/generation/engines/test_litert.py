from __future__ import annotations

import string
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from bot.errors import ModelError

pytest.importorskip("ai_edge_litert", reason="LiteRT has no build for this machine")

from bot.export.litert import GATES, SHORT_SORT, convert_model, convert_reader
from bot.generation import reference
from bot.generation.card import GRU, LSTM, Embedding
from bot.generation.conversion import Conversion
from bot.generation.decode import write_texts
from bot.generation.engines.litert import LiteRTCopy, Reader
from bot.generation.engines.protocol import CHUNK, FREE
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, Sampling
from bot.generation.vocabulary import Vocabulary
from tests.support.engine_checks import (
    MIN_P_CUTS,
    assert_steps_may_be_cut_anywhere,
    assert_writes_as_the_reference_would,
)
from tests.support.random_models import DEEP, GATED, TINY, random_model

EVERY_GATE = tuple(GATES)
WIDE = (Embedding(size=24), LSTM(units=96))
"""Large enough that its weights do take eight bits; small arrays stay as they are."""


@pytest.fixture(scope="module", params=[TINY, DEEP, GATED], ids=["one-layer", "two-layers-dropout", "gated"])
def exact(request: pytest.FixtureRequest) -> Model:
    """A model whose conversion keeps its weights as they are."""
    return convert_model(random_model(layers=request.param, weights_seed=4), quantise=False)


@pytest.fixture(scope="module")
def copy(exact: Model) -> LiteRTCopy:
    return LiteRTCopy(exact)


@pytest.fixture(scope="module")
def wide() -> Model:
    return convert_model(random_model(layers=WIDE, weights_seed=5))


@pytest.mark.parametrize("top_n", [1, 2, SHORT_SORT, SHORT_SORT + 1, 98, 2**53 - 1])
@pytest.mark.parametrize(("count", "temperature"), [(1, 1.0), (1, 0.6), (10, 1.3)])
def test_the_loop_writes_what_the_reference_writes(
    exact: Model, copy: LiteRTCopy, top_n: int, count: int, temperature: float
) -> None:
    request = GenerationRequest(
        "The meaning of life is ", top_n, length=150, random_seed=11, count=count, temperature=temperature
    )
    assert_writes_as_the_reference_would(copy, exact, request)


@pytest.mark.parametrize("asked", MIN_P_CUTS, ids=lambda asked: f"{asked.min_p}-{asked.top_n}-{asked.temperature}")
def test_min_p_cuts_what_it_cuts_in_the_reference(exact: Model, copy: LiteRTCopy, asked: GenerationRequest) -> None:
    assert_writes_as_the_reference_would(copy, exact, asked)


@pytest.mark.parametrize("gate", EVERY_GATE)
@pytest.mark.parametrize("kind", ["lstm", "gru", "gru-reset-before"])
def test_every_cell_that_a_card_allows_is_converted(kind: str, gate: str) -> None:
    layer = (
        LSTM(units=12, recurrent_activation=gate)
        if kind == "lstm"
        else GRU(units=12, recurrent_activation=gate, reset_after=kind == "gru")
    )
    model = random_model(layers=(Embedding(size=8), layer), vocabulary=Vocabulary("ab\né"))
    ids = np.array([[1, 3, 0, 4, 2, 2, 1]], np.int32)
    state = reference.initial_state(model)
    expected = [reference.step(model, state, int(character)) for character in ids[0]]
    logits = Reader(convert_reader(model, rows=1))(ids)  # arrays as small as these keep their weights as they are
    assert np.abs(logits[0] - expected).max() < 1e-4


@pytest.mark.parametrize("others", [0, 1, 3 * SHORT_SORT])
def test_equal_and_impossible_characters_are_sampled_as_the_reference_does(others: int) -> None:
    """Ties in the graph itself: columns of the output that are equal give exactly equal probabilities."""
    bias = np.array([1, 0, 1, -200, 0.5, 1, -200, 0.5, 0] + others * [0.5], np.float32)
    model = random_model(layers=TINY, vocabulary=Vocabulary(string.ascii_letters[: len(bias) - 1]))
    kernel = np.zeros_like(model.weights["output.kernel"])
    flat = replace(model, weights=dict(model.weights) | {"output.kernel": kernel, "output.bias": bias})
    copy = LiteRTCopy(convert_model(flat, quantise=False))
    probabilities = reference.softmax(bias)
    uniforms = np.random.default_rng(1).random((10, CHUNK))
    uniforms[:, 0], uniforms[:, 1] = 0, np.nextafter(1, 0)
    for top_n in range(1, len(bias) + 1):
        copy.reset(10)
        sampled = copy.advance(np.full((10, CHUNK), FREE), uniforms, Sampling(top_n))
        expected = [[reference.sample(probabilities, u, Sampling(top_n)) for u in row] for row in uniforms]
        near = [[reference.sample(probabilities, max(u - 1e-6, 0), Sampling(top_n)) for u in row] for row in uniforms]
        assert np.all((sampled == expected) | (sampled == near))
        assert set(sampled.ravel()) <= set(np.argsort(-probabilities, kind="stable")[:top_n])


def test_weights_take_eight_bits_and_move_the_distributions_little(wide: Model) -> None:
    assert wide.conversion is not None
    kept = convert_model(wide, quantise=False).conversion
    assert kept is not None
    assert len(wide.conversion.graph) < len(kept.graph) / 2
    ids = np.random.default_rng(2).integers(0, 98, (2, 60)).astype(np.int32)
    logits = Reader(convert_reader(wide, rows=2))(ids)
    moved = []
    for row, read in zip(ids, logits, strict=True):
        state = reference.initial_state(wide)
        for character, got in zip(row, read, strict=True):
            expected = reference.softmax(reference.step(wide, state, int(character)))
            moved.append(np.abs(reference.softmax(got) - expected).sum() / 2)
    assert 0 < np.mean(moved) < 0.1  # random weights exaggerate: for trained ones it is a tenth of that


def test_the_same_request_gives_the_same_text_from_any_copy(wide: Model) -> None:
    copy = LiteRTCopy(wide)
    request = GenerationRequest("seed", top_n=98, length=300, random_seed=9)
    first = write_texts(copy, wide.vocabulary, request)
    assert write_texts(LiteRTCopy(wide), wide.vocabulary, request) == first
    write_texts(copy, wide.vocabulary, GenerationRequest("else", count=10))
    assert write_texts(copy, wide.vocabulary, request) == first


def test_a_rows_text_is_the_same_whatever_stands_beside_it(wide: Model) -> None:
    copy = LiteRTCopy(wide)
    uniforms = np.random.default_rng(6).random((10, CHUNK))
    texts = []
    for order in (np.arange(10), np.arange(10)[::-1]):
        copy.reset(10)
        texts.append(copy.advance(np.full((10, CHUNK), FREE), uniforms[order], Sampling(98))[order])
    assert np.array_equal(texts[0], texts[1])


def test_a_copy_may_advance_by_any_number_of_steps(wide: Model) -> None:
    assert_steps_may_be_cut_anywhere(LiteRTCopy(wide))


def test_a_model_without_a_conversion_of_its_weights_is_refused(wide: Model) -> None:
    others = random_model(layers=WIDE, weights_seed=6)
    for model in (others, replace(others, conversion=wide.conversion)):
        with pytest.raises(ModelError, match="no conversion that fits its weights"):
            LiteRTCopy(model)


def test_a_graph_that_is_none_is_refused(wide: Model) -> None:
    broken = replace(wide, conversion=Conversion(wide.fingerprint, b"no flatbuffer at all"))
    with pytest.raises(ModelError, match="cannot be run"):
        LiteRTCopy(broken)


def test_the_engine_loads_no_tensorflow() -> None:
    probe = "import sys, bot.generation.engines.litert; print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
