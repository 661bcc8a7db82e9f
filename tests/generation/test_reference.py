from __future__ import annotations

import math

import numpy as np
import pytest

from bot.generation import reference
from bot.generation.card import LSTM, Embedding
from bot.generation.model import Model
from bot.generation.request import Sampling

DNA = np.array([0.13, 0.42, 0.33, 0.12])
"""The tutorial's example: the probabilities of C, G, A and T."""


def test_top_2_of_the_tutorials_example_gives_56_and_44_percent() -> None:
    draws = [reference.sample(DNA, u, Sampling(2)) for u in np.linspace(0, 1, 10_000, endpoint=False)]
    assert draws.count(1) / len(draws) == pytest.approx(0.56, abs=0.001)
    assert draws.count(2) / len(draws) == pytest.approx(0.44, abs=0.001)


@pytest.mark.parametrize("top_n", [4, 98, 10**9])
def test_a_top_n_of_the_vocabulary_or_more_keeps_all(top_n: int) -> None:
    draws = [reference.sample(DNA, u, Sampling(top_n)) for u in np.linspace(0, 1, 10_000, endpoint=False)]
    shares = [draws.count(i) / len(draws) for i in range(4)]
    assert shares == pytest.approx(list(DNA), abs=0.001)


@pytest.mark.parametrize("u", [0.0, 0.3, 0.999999, np.nextafter(1, 0)])
def test_top_1_is_greedy_whatever_the_random_number(u: float) -> None:
    assert reference.sample(DNA, u, Sampling(1)) == 1


def test_of_equally_likely_ids_the_lower_goes_first() -> None:
    probabilities = np.array([0.1, 0.3, 0.3, 0.3])
    assert {reference.sample(probabilities, u, Sampling(2)) for u in np.linspace(0, 1, 100, endpoint=False)} == {1, 2}


@pytest.mark.parametrize(("min_p", "kept"), [(0.0, {0, 1, 2, 3}), (0.29, {0, 1, 2}), (0.5, {1, 2}), (0.99, {1})])
def test_min_p_cuts_what_is_unlikely_beside_the_likeliest(min_p: float, kept: set[int]) -> None:
    draws = {reference.sample(DNA, u, Sampling(4, min_p)) for u in np.linspace(0, 1, 1000, endpoint=False)}
    assert draws == kept


def test_min_p_cuts_what_top_n_has_left() -> None:
    assert {reference.sample(DNA, u, Sampling(3, 0.5)) for u in np.linspace(0, 1, 1000, endpoint=False)} == {1, 2}
    assert {reference.sample(DNA, u, Sampling(1, 0.1)) for u in np.linspace(0, 1, 1000, endpoint=False)} == {1}


def test_an_id_without_probability_is_never_drawn() -> None:
    probabilities = np.array([0.0, 0.5, 0.0, 0.5, 0.0])
    drawn = {reference.sample(probabilities, u, Sampling(5)) for u in [0.0, 0.49999, 0.5, np.nextafter(1, 0)]}
    assert drawn == {1, 3}


def test_a_step_computes_the_lstm_of_the_textbook(model: Model) -> None:
    """One cell by hand, gate by gate, in plain Python floats."""
    embedding, lstm = model.card.layers
    assert isinstance(embedding, Embedding)
    assert isinstance(lstm, LSTM)
    weights = {name: array.astype(float).tolist() for name, array in model.weights.items()}
    x = weights["layers.0.embeddings"][40]
    gates = [
        sum(x[i] * weights["layers.1.kernel"][i][g] for i in range(embedding.size)) + weights["layers.1.bias"][g]
        for g in range(4 * lstm.units)
    ]

    def sigmoid(value: float) -> float:
        return 1 / (1 + math.exp(-value))

    n = lstm.units
    hidden = [sigmoid(gates[3 * n + k]) * math.tanh(sigmoid(gates[k]) * math.tanh(gates[2 * n + k])) for k in range(n)]
    expected = [
        sum(hidden[k] * weights["output.kernel"][k][j] for k in range(n)) + weights["output.bias"][j]
        for j in range(len(model.vocabulary))
    ]
    assert reference.step(model, reference.initial_state(model), 40) == pytest.approx(expected, abs=1e-4)


def test_generating_gives_an_id_for_each_random_number(model: Model) -> None:
    seed = model.vocabulary.encode("seed")
    ids = list(reference.generate(model, seed, [0.5] * 20, Sampling(98)))
    assert len(ids) == 20
    assert ids == list(reference.generate(model, seed, [0.5] * 20, Sampling(98)))
    assert ids != list(reference.generate(model, model.vocabulary.encode("weed"), [0.5] * 20, Sampling(98)))
