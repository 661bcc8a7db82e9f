from __future__ import annotations

import functools
import itertools
import math
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import InvalidInputError
from bot.generation.card import LSTM, Card, Embedding, weight_shapes
from bot.generation.model import Model
from bot.generation.vocabulary import LINE_BREAK
from bot.training.batches import ItemStream
from bot.training.cluster import Cluster
from bot.training.options import TrainingOptions
from bot.training.progress import NothingLearnedError, TrainingProgress
from bot.training.trainer import Trainer, choose_rows, compute_learning_rate
from bot.training.training_text import TrainingText, take_most_frequent
from tests.support.reference_texts import reference_bits

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "a", "dog", "ran"]


@pytest.fixture
def text(tmp_path: Path) -> TrainingText:
    source = random.Random(1)
    items = [f"{' '.join(source.choices(WORDS, k=8))} {place}" for place in range(1200)]
    (tmp_path / "text").mkdir()
    return TrainingText.prepare(items, tmp_path / "text", take_most_frequent)


@pytest.fixture
def fit(text: TrainingText, tmp_path: Path) -> Callable[..., Trainer]:
    card = Card(characters=text.facts.characters, layers=(Embedding(size=8), LSTM(units=24)))

    def make(clock: Callable[[], float] = time.monotonic, **options: Any) -> Trainer:
        options = {"rows": 8, "steps": 32} | options
        return Trainer(text, card, TrainingOptions(**options), tmp_path / "state", cluster=Cluster(clock=clock))

    return make


def ignore(_: TrainingProgress) -> None:
    pass


@pytest.fixture
def fit_by_steady_clock(fit: Callable[..., Trainer]) -> Callable[..., Trainer]:
    """Trainers whose clock goes on by a hundredth of a second at each look, however busy the machine is."""
    ticks = itertools.count()
    return functools.partial(fit, clock=lambda: next(ticks) / 100)


def test_it_learns_and_measures_what_the_reference_measures(fit: Callable[..., Trainer], text: TrainingText) -> None:
    standings: list[TrainingProgress] = []
    training = fit(epochs=3)
    training.run(standings.append)
    bits, characters = training.measure_final_bits(training.best_weights())
    assert bits < 0.6 * math.log2(len(text.vocabulary))
    assert standings[-1].done == 1
    assert standings[-1].best_bits == pytest.approx(bits, rel=0.03)
    assert characters == len(text.held_out.ids)
    model = Model("cats", training._card, training.best_weights())
    line_break = int(model.vocabulary.encode(LINE_BREAK)[0])
    ids = ItemStream(text.held_out, line_break).read(0, 1200)
    assert reference_bits(model, ids) == pytest.approx(bits, rel=0.05)


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(fit: Callable[..., Trainer], tmp_path: Path) -> None:
    whole = fit(epochs=2)
    whole.run(ignore)
    (tmp_path / "state").unlink()
    standing: list[TrainingProgress] = []
    for limit in (0.63, 1.27, 9.9):
        training = fit(epochs=2)
        assert not standing or training.history.epochs == pytest.approx(standing[-1].epochs, abs=0.02)
        training.run(standing.append, lambda limit=limit: standing[-1].epochs > limit)  # type: ignore[misc]
    assert training.history.best_bits == pytest.approx(whole.history.best_bits, rel=0.02)
    assert training.history.epochs == whole.history.epochs


def test_a_killed_training_loses_no_more_than_since_its_last_evaluation(
    fit_by_steady_clock: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "_evaluation_interval", lambda _: 0.3)
    evaluated: list[float] = []

    def die_later(standing: TrainingProgress) -> None:
        if standing.evaluations > len(evaluated):
            evaluated.append(standing.epochs)
        elif len(evaluated) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_by_steady_clock(epochs=500, minutes=10).run(die_later)
    assert fit_by_steady_clock(epochs=500).history.epochs == evaluated[-1]


def test_a_training_killed_at_random_moments_comes_to_the_same_quality(
    fit_by_steady_clock: Callable[..., Trainer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Trainer, "_evaluation_interval", lambda _: 0.2)
    whole = fit_by_steady_clock(epochs=2)
    whole.run(ignore)
    (tmp_path / "state").unlink()
    moments = random.Random(7)
    for _ in range(2):
        batches_left = iter(range(moments.randrange(20, 120), -1, -1))

        def die(_: TrainingProgress, left: Iterator[int] = batches_left) -> None:
            if not next(left):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fit_by_steady_clock(epochs=2).run(die)
    killed = fit_by_steady_clock(epochs=2)
    killed.run(ignore)
    assert killed.history.epochs == whole.history.epochs
    assert killed.measure_final_bits(killed.best_weights())[0] == pytest.approx(
        whole.measure_final_bits(whole.best_weights())[0], rel=0.03
    )


def test_trained_weights_are_drawn_back_to_their_start_as_far_as_held_out_text_gains(
    text: TrainingText, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Card(characters=text.facts.characters, layers=(Embedding(size=8), LSTM(units=24)))
    options = TrainingOptions(rows=8, steps=32, epochs=1)
    zeros = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(card).items()}
    training = Trainer(text, card, options, tmp_path / "state", zeros)
    training._best = {name: np.ones_like(array) for name, array in zeros.items()}
    for wanted in (1.0, 0.7, 0.1):
        monkeypatch.setattr(
            training._meter,
            "bits_per_character",
            lambda weights, wanted=wanted: abs(weights["output.bias"][0] - wanted),
        )
        weights, share = training.mix_with_start()
        assert share == pytest.approx(1 - wanted)
        assert all(np.allclose(array, wanted) for array in weights.values())


def test_what_is_drawn_back_predicts_at_least_as_well(
    fit: Callable[..., Trainer], text: TrainingText, tmp_path: Path
) -> None:
    base = fit(epochs=1)
    base.run(ignore)
    (tmp_path / "state").unlink()
    assert base.mix_with_start() == (base.best_weights(), 0)  # there is nothing to draw it back to
    training = Trainer(
        text, base._card, TrainingOptions(rows=8, steps=32, epochs=1), tmp_path / "state", base.best_weights()
    )
    training.run(ignore)
    weights, share = training.mix_with_start()
    assert 0 <= share < 1
    assert training.measure_final_bits(weights)[0] <= training.measure_final_bits(training.best_weights())[0] + 1e-6


def test_what_gets_no_better_steps_back_and_ends(fit: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "_evaluation_interval", lambda _: 0.0)
    training = fit(minutes=5, patience=2)
    better = iter([3.0, 2.5, *[2.7] * 100])
    monkeypatch.setattr(training._meter, "bits_per_character", lambda _: next(better))
    rates: list[float] = []
    training.run(lambda _: rates.append(training.history.rate))
    assert training.history.best_bits == 2.5
    assert len(training.history.curve) == 2 + 3 * 2
    assert sorted(set(rates), reverse=True) == pytest.approx([1, 0.3, 0.09, 0.027])


def test_numbers_that_run_away_end_the_training_in_words(
    fit: Callable[..., Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    training = fit(epochs=1)
    monkeypatch.setattr(training._learner, "train_on_batch", lambda *_: math.nan)
    with pytest.raises(NothingLearnedError, match="lower --learning-rate"):
        training.run(ignore)
    with pytest.raises(NothingLearnedError):
        training.best_weights()


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_the_learning_rate_climbs_and_then_falls_or_stays(schedule: Any) -> None:
    options = TrainingOptions(learning_rate=0.01, schedule=schedule)
    rates = [compute_learning_rate(batch / 10_000, batch, options) for batch in range(10_000)]
    top = int(np.argmax(rates))
    assert 50 < top < 200
    assert rates[:top] == sorted(rates[:top])
    assert rates[top] == pytest.approx(0.01, rel=0.01)
    assert rates[-1] == pytest.approx(0.01 if schedule == "constant" else 0.00005)


@pytest.mark.parametrize(
    ("done", "batches", "rate"),
    [
        (0.0, 49, 0.005),  # half of the warm-up
        (0.1, 99, 0.01),
        (0.6, 10_000, 0.01),
        (0.7, 10_000, 0.0075),
        (0.8, 10_000, 0.005),
        (0.998, 10_000, 0.00005),
        (1.0, 10_000, 0.00005),
        (1.2, 10_000, 0.00005),
    ],
)
def test_a_stable_learning_rate_stays_at_its_peak_and_falls_in_a_line(done: float, batches: int, rate: float) -> None:
    options = TrainingOptions(learning_rate=0.01, schedule="stable")
    assert compute_learning_rate(done, batches, options) == pytest.approx(rate)


def test_a_short_text_gets_fewer_rows() -> None:
    assert choose_rows(1_000_000, TrainingOptions(rows=64, steps=64)) == 64
    assert choose_rows(10_000, TrainingOptions(rows=64, steps=64)) == 15
    with pytest.raises(InvalidInputError, match="--steps 1000"):
        choose_rows(900, TrainingOptions(steps=1000))
