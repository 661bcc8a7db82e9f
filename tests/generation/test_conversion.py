from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.generation.card import LSTM, Embedding
from bot.generation.conversion import CONVERSION_FILE, Conversion
from bot.generation.model import Model
from tests.support.random_models import random_model


def test_a_model_keeps_its_conversion_in_its_folder(tmp_path: Path, model: Model) -> None:
    conversion = Conversion(model.fingerprint, b"graph")
    replace(model, conversion=conversion).write(tmp_path / "tiny")
    assert Model.read(tmp_path / "tiny").converted == conversion
    later = Conversion(model.fingerprint, b"another graph")
    later.write(tmp_path / "tiny")
    assert Model.read(tmp_path / "tiny").converted == later
    assert sorted(path.name for path in (tmp_path / "tiny").iterdir()) == [
        "card.toml",
        CONVERSION_FILE,
        "weights.safetensors",
    ]


def test_a_fingerprint_is_that_of_all_that_is_computed_with_and_of_nothing_else(model: Model) -> None:
    assert random_model("another").fingerprint == model.fingerprint
    last = dict(model.weights) | {"output.bias": np.nextafter(model.weights["output.bias"], np.float32(9))}
    gate = (Embedding(size=8), LSTM(units=16, recurrent_activation="hard_sigmoid"))
    others = [replace(model, weights=last), random_model(layers=gate)]
    assert len({other.fingerprint for other in [model, *others]}) == 3


@pytest.mark.parametrize("damage", [b"", b"\xff" * 50, b"cut"])
def test_a_damaged_conversion_is_none(tmp_path: Path, model: Model, damage: bytes) -> None:
    replace(model, conversion=Conversion(model.fingerprint, b"graph")).write(tmp_path / "tiny")
    path = tmp_path / "tiny" / CONVERSION_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] if damage == b"cut" else damage)
    assert Model.read(tmp_path / "tiny").conversion is None
    path.write_bytes(whole[:-1] + b"?")  # the container is whole, its content is not
    assert Model.read(tmp_path / "tiny").conversion is None


def test_a_failed_write_leaves_the_older_one(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    Conversion(model.fingerprint, b"graph").write(tmp_path)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        Conversion(model.fingerprint, b"another").write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CONVERSION_FILE]
    kept = Conversion.read(tmp_path)
    assert kept is not None
    assert kept.graph == b"graph"
