from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from bot.generation.card import GRU, LSTM, Card, Embedding
from bot.training.options import TrainingOptions
from bot.training.train_step import ChooseNetwork, KerasNetwork, Learner, TrainableNetwork, choose_network

ROWS, STEPS = 4, 16
CARD = Card(characters="\nabcdefg", layers=(Embedding(size=8), LSTM(units=24), GRU(units=24)))
IDS = np.random.default_rng(1).integers(1, 9, (ROWS, STEPS + 1), np.int32)
BATCH = IDS[:, :-1], IDS[:, 1:]


def choose_keras(card: Card, rows: int, steps: int) -> tuple[TrainableNetwork, str]:
    """Choose what a GPU trains: on a processor, the same layers give the same."""
    return KerasNetwork(card, rows, steps), "by Keras's own layers"


@pytest.fixture(params=[choose_network, choose_keras])
def learner(request: pytest.FixtureRequest) -> Callable[..., Learner]:
    choose: ChooseNetwork = request.param

    def make(**options: object) -> Learner:
        return Learner(CARD, ROWS, TrainingOptions(**{"steps": STEPS} | options), choose)  # type: ignore[arg-type]

    return make


def test_what_is_repeated_is_learned(learner: Callable[..., Learner]) -> None:
    learning = learner()
    first = learning.train_on_batch(BATCH, 0.01)
    assert first == pytest.approx(math.log2(9), rel=0.05)
    for _ in range(40):
        learning.reset_state()
        last = learning.train_on_batch(BATCH, 0.03)
    assert last < first / 2


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
def test_silenced_recurrent_weights_are_put_back_and_not_changed(learner: Callable[..., Learner], share: float) -> None:
    learning = learner(weight_dropout=share)
    before = learning.weights
    learning.train_on_batch(BATCH, 0.01)
    after = learning.weights
    for name in ("layers.1.kernel", "layers.1.recurrent_kernel", "layers.2.recurrent_kernel", "output.kernel"):
        same = float(np.mean(before[name] == after[name]))
        expected = share if name.endswith("recurrent_kernel") else 0.0
        assert same == pytest.approx(expected, abs=0.06), name


def test_other_weights_are_silenced_in_every_batch(learner: Callable[..., Learner]) -> None:
    learning = learner(weight_dropout=0.5, optimizer="sgd")
    before = learning.weights["layers.1.recurrent_kernel"]
    learning.train_on_batch(BATCH, 1.0)
    between = learning.weights["layers.1.recurrent_kernel"]
    learning.train_on_batch(BATCH, 1.0)
    after = learning.weights["layers.1.recurrent_kernel"]
    assert np.mean((before == between) == (between == after)) < 0.7


def test_without_a_learning_rate_nothing_changes(learner: Callable[..., Learner]) -> None:
    learning = learner(weight_dropout=0.5)
    before = learning.weights
    learning.train_on_batch(BATCH, 0.0)
    assert all(np.array_equal(weights, learning.weights[name]) for name, weights in before.items())


def test_it_goes_on_from_another_ones_state(learner: Callable[..., Learner]) -> None:
    first, second = learner(), learner(random_seed=1)
    for _ in range(3):
        first.train_on_batch(BATCH, 0.01)
    second.restore(first.weights, first.optimizer_state())
    for learning in (first, second):
        learning.reset_state()
        learning.train_on_batch(BATCH, 0.01)
    assert all(np.allclose(weights, second.weights[name], atol=1e-6) for name, weights in first.weights.items())


def test_averaged_weights_follow_the_last_tenth_of_a_training(learner: Callable[..., Learner]) -> None:
    learning = learner(optimizer="sgd")
    first = learning.weights["output.kernel"]
    for _ in range(10):
        learning.train_on_batch(BATCH, 0.5)
    # So few steps are not averaged at all: where they started says nothing.
    assert np.array_equal(learning.averaged_weights()["output.kernel"], learning.weights["output.kernel"])
    for _ in range(30):
        learning.train_on_batch(BATCH, 0.5)
    last, average = learning.weights["output.kernel"], learning.averaged_weights()["output.kernel"]
    assert 0 < np.abs(last - average).mean() < np.abs(last - first).mean()


def test_averaging_starts_anew_with_other_weights(learner: Callable[..., Learner]) -> None:
    learning, other = learner(), learner(random_seed=1)
    learning.train_on_batch(BATCH, 0.01)
    learning.weights = other.weights
    assert np.array_equal(learning.averaged_weights()["output.kernel"], other.weights["output.kernel"])
