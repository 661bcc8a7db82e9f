from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from bot.errors import InvalidInputError
from bot.export.keras_file import write_keras
from bot.generation.card import Layer
from bot.generation.engines.tensorflow import compute_probabilities
from bot.generation.model import Model
from tests.support.random_models import DEEP, GATED, TINY, random_model
from tests.support.reference_texts import reference_probabilities

TEXT = "The meaning of life is not the same on the bears"


@pytest.mark.parametrize("layers", [TINY, DEEP, GATED], ids=["tiny", "deep", "gated"])
def test_keras_loads_the_file_and_expects_the_same(tmp_path: Path, layers: tuple[Layer, ...]) -> None:
    model = random_model(layers=layers)
    write_keras(model, tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    given = loaded(model.vocabulary.encode(TEXT)[None]).numpy()[0]
    assert np.abs(given - reference_probabilities(model, model.vocabulary.encode(TEXT))).max() < 2e-6
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.parametrize("layers", [TINY, DEEP, GATED], ids=["tiny", "deep", "gated"])
def test_the_engine_expects_what_the_reference_does(layers: tuple[Layer, ...]) -> None:
    model = random_model(layers=layers)
    given = compute_probabilities(model, model.vocabulary.encode(TEXT))
    assert np.abs(given - reference_probabilities(model, model.vocabulary.encode(TEXT))).max() < 2e-6


def test_a_name_that_is_taken_or_does_not_fit_is_refused(tmp_path: Path, model: Model) -> None:
    (tmp_path / "there.keras").write_text("something")
    for name, complaint in (("there.keras", "exists already"), ("model.h5", "end in .keras")):
        with pytest.raises(InvalidInputError, match=complaint):
            write_keras(model, tmp_path / name)
    with pytest.raises(InvalidInputError, match="cannot be written"):
        write_keras(model, tmp_path / "nowhere/model.keras")
    assert (tmp_path / "there.keras").read_text() == "something"
