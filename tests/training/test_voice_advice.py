from __future__ import annotations

from dataclasses import replace

import pytest

from bot.generation.learned_text import LearnedText
from bot.training.voice_advice import Trial, advise_voice, choose_trial
from tests.support.random_models import NumpyCopy, random_model

SHORT = [f"Cats and dogs number {number} are here." for number in range(40)]
LONG = [f"{item} {'They stay. ' * 40}" for item in SHORT]


def test_the_most_passing_drafts_win_among_those_that_are_various_enough() -> None:
    dull, lively, wild = Trial(0.3, 0.8, 0.99, 0.5), Trial(0.1, 1.0, 0.9, 0.92), Trial(0.05, 1.0, 0.6, 0.99)
    assert choose_trial([dull, lively, wild], 1.0) is lively
    assert choose_trial([dull, lively, wild], 0.5) is dull


def test_where_none_is_various_enough_the_most_various_wins() -> None:
    dull, less_dull = Trial(0.3, 0.8, 0.9, 0.2), Trial(0.05, 1.0, 0.1, 0.4)
    assert choose_trial([dull, less_dull], 1.0) is less_dull


@pytest.mark.parametrize(("held_out", "one_item"), [(SHORT, True), (LONG, False)])
def test_the_card_says_how_to_decode_it(held_out: list[str], one_item: bool) -> None:
    model = replace(random_model(), learned=LearnedText.collect(held_out))
    use = advise_voice(model, NumpyCopy(model), held_out[:4]).card.use
    assert use.min_p > 0
    assert use.drafts == 10
    assert use.one_item is one_item
    assert use.seeds == model.card.use.seeds
