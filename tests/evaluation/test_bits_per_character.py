from __future__ import annotations

import random

import pytest

from bot.evaluation.bits_per_character import bits_per_character
from bot.generation.model import Model
from tests.support.reference_texts import reference_bits


@pytest.mark.parametrize("length", [2, 63, 9001])
def test_the_bits_are_those_of_the_reference(model: Model, length: int) -> None:
    text = "\n" + "".join(random.Random(1).choices(model.vocabulary.characters, k=length - 1))
    shares: list[float] = []
    assert bits_per_character(model, text, shares.append) == pytest.approx(
        reference_bits(model, model.vocabulary.encode(text)), rel=0.001
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_text_of_one_character_has_nothing_to_predict(model: Model) -> None:
    with pytest.raises(ValueError, match="at least two characters"):
        bits_per_character(model, "\n")
