from __future__ import annotations

from typing import Any

import pytest

from bot.errors import InvalidInputError
from bot.generation.card import GRU, LSTM, Dropout, Embedding
from bot.training.options import TrainingOptions, choose_options


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ({"minutes": 0}, "--minutes 0: allowed are 0.01 to"),
        ({"epochs": -1}, "--epochs -1: allowed are 0 to"),
        ({"units": 0}, "--units 0: allowed are 1 to 4096"),
        ({"dropout": 1}, "--dropout 1: allowed are 0 to 0.95"),
        ({"learning_rate": 0}, "--learning-rate 0: allowed are 1e-07 to 1"),
        ({"optimizer": "magic"}, "--optimizer magic: allowed are adam, "),
        ({"random_seed": -1}, "--random-seed -1: allowed are 0 to"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(option: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        TrainingOptions(**option)


def test_the_options_say_what_the_network_looks_like() -> None:
    assert TrainingOptions(cell="gru", layers=2, units=7, embedding=5, dropout=0.25).architecture() == (
        Embedding(size=5),
        GRU(units=7),
        Dropout(rate=0.25),
        GRU(units=7),
        Dropout(rate=0.25),
    )
    assert TrainingOptions().architecture()[1] == LSTM(units=512)


def test_less_text_gets_less_time_and_more_dropout() -> None:
    sizes = [50_000, 1_000_000, 5_000_000, 50_000_000]
    options = [choose_options(size, fine_tuning=False) for size in sizes]
    assert [o.minutes for o in options] == sorted(o.minutes for o in options)
    assert [o.dropout for o in options] == sorted((o.dropout for o in options), reverse=True)
    assert options[0].units < options[-1].units


def test_going_on_from_a_model_is_gentler() -> None:
    scratch, tuned = (choose_options(1_000_000, fine_tuning=fine_tuning) for fine_tuning in (False, True))
    assert tuned.learning_rate < scratch.learning_rate
    assert tuned.minutes <= scratch.minutes


def test_what_is_chosen_wins() -> None:
    options = choose_options(50_000, fine_tuning=True, minutes=99.0, dropout=0.11)
    assert (options.minutes, options.dropout) == (99.0, 0.11)
