from __future__ import annotations

import numpy as np
import pytest

from bot.generation.model import Model
from bot.generation.reference import initial_state, softmax, step
from bot.generation.vocabulary import Vocabulary
from bot.training.plan import extend_weights
from tests.support.random_models import random_model

OLD = Vocabulary("\n abc")


def test_new_characters_leave_what_was_learned_as_it_was() -> None:
    base = random_model(vocabulary=OLD)
    larger = Vocabulary(OLD.characters + "xyz")
    grown = Model("grown", base.card.model_copy(update={"characters": larger.characters}), extend_weights(base, larger))
    states = initial_state(base), initial_state(grown)
    for character in OLD.encode("\nab cab"):
        before, after = (step(m, s, int(character)) for m, s in zip((base, grown), states, strict=True))
        assert np.allclose(after[: len(OLD)], before, atol=1e-6)
        expected = softmax(after)
        assert expected[len(OLD) :].max() <= expected[: len(OLD)].max()
    assert np.isfinite(step(grown, states[1], len(larger) - 1)).all()


def test_a_vocabulary_that_shuffles_the_old_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        extend_weights(random_model(vocabulary=OLD), Vocabulary("\n cbax"))
