from __future__ import annotations

import runpy
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.generation.card import LSTM, Embedding
from bot.generation.catalog import SHIPPED_MODELS, find_models
from bot.generation.conversion import CONVERSION_FILE, NOT_MADE_HERE, SHIPPED_CONVERSIONS, Conversion
from bot.generation.model import Model
from bot.generation.signing import SigningKey
from tests.support.paths import ROOT
from tests.support.random_models import random_model


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey(tmp_path / "data")


def test_a_model_keeps_its_conversion_in_its_folder(tmp_path: Path, model: Model, key: SigningKey) -> None:
    conversion = Conversion(model.fingerprint, b"graph").signed(key)
    replace(model, conversion=conversion).write(tmp_path / "tiny")
    assert Model.read(tmp_path / "tiny", key).converted == conversion
    later = Conversion(model.fingerprint, b"another graph").signed(key)
    later.write(tmp_path / "tiny")
    assert Model.read(tmp_path / "tiny", key).converted == later
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
def test_a_damaged_conversion_is_not_used_and_the_reason_is_kept(
    tmp_path: Path, model: Model, key: SigningKey, damage: bytes
) -> None:
    replace(model, conversion=Conversion(model.fingerprint, b"graph").signed(key)).write(tmp_path / "tiny")
    path = tmp_path / "tiny" / CONVERSION_FILE
    whole = path.read_bytes()
    for content in (whole[:-1] if damage == b"cut" else damage, whole[:-1] + b"?"):  # the second's container is whole
        path.write_bytes(content)
        read = Model.read(tmp_path / "tiny", key)
        assert read.converted is None
        assert read.conversion
        assert read.conversion.flaw.startswith("cannot be used: ")
        assert read.conversion.graph == b""


def test_only_what_was_made_here_or_shipped_keeps_its_graph(tmp_path: Path, model: Model, key: SigningKey) -> None:
    folder = tmp_path / "tiny"
    made = Conversion(model.fingerprint, b"graph")
    replace(model, conversion=made.signed(key)).write(folder)
    signature = made.signed(key).signature
    foreign = (
        made,
        made.signed(SigningKey(tmp_path / "another machine")),
        replace(made, graph=b"changed", signature=signature),
        replace(made, fingerprint="0" * 64, signature=signature),
        replace(made, converter="0", signature=signature),
        replace(made, signature="\u00e9" * 64),
    )
    for conversion in foreign:
        conversion.write(folder)
        read = Model.read(folder, key)
        assert read.converted is None
        assert read.conversion
        assert (read.conversion.graph, read.conversion.flaw) == (b"", NOT_MADE_HERE)
    made.signed(key).write(folder)
    assert Model.read(folder, key).converted
    assert not Model.read(folder).converted, "nothing is run without a key"


def test_the_shipped_conversions_are_listed_in_the_program_and_run_from_any_folder(tmp_path: Path) -> None:
    script = runpy.run_path(str(ROOT / "docs/shipped_conversions.py"))
    assert script["format_list"](SHIPPED_MODELS) == SHIPPED_CONVERSIONS.read_text(), "run `make shipped`"
    for name, folder in find_models([SHIPPED_MODELS]).items():
        shutil.copytree(folder, tmp_path / name)
        assert Model.read(tmp_path / name).converted


def test_a_shipped_conversion_that_was_changed_is_not_run(tmp_path: Path) -> None:
    folder = shutil.copytree(SHIPPED_MODELS / "lexicon", tmp_path / "lexicon")
    shipped = Conversion.parse(folder)
    replace(shipped, graph=shipped.graph[:-1] + bytes([shipped.graph[-1] ^ 1])).write(folder)
    assert not Model.read(folder).converted


def test_a_failed_write_leaves_the_older_one(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    Conversion(model.fingerprint, b"graph").write(tmp_path)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        Conversion(model.fingerprint, b"another").write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [CONVERSION_FILE]
    kept = Conversion.parse(tmp_path)
    assert kept.graph == b"graph"
