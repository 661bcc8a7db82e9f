from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.card import CARD_FILE
from bot.generation.conversion import Conversion
from bot.generation.model import WEIGHTS_FILE, Model
from bot.generation.served import read_served
from bot.generation.signing import SigningKey
from tests.support.random_models import random_model

Logged = pytest.LogCaptureFixture


class Machine:
    """A folder of models, and a key, on a machine whose conversions are stand-ins."""

    def __init__(self, place: Path) -> None:
        self.models, self.key = place / "models", SigningKey(place / "data")
        self.converted: list[str] = []

    def add(self, name: str, key: SigningKey | None = None) -> None:
        """Add a model that was converted by the machine of `key`, or has no conversion."""
        model = random_model(name)
        made = Conversion(model.fingerprint, b"graph").signed(key) if key else None
        replace(model, conversion=made).write(self.models / name)

    def convert(self, name: str) -> None:
        self.converted.append(name)
        model = Model.read(self.models / name)
        Conversion(model.fingerprint, b"made anew").signed(self.key).write(self.models / name)

    def serve(self, default: str = "") -> list[str]:
        return [model.name for model in read_served([self.models], default, "auto", self.key, self.convert)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.add("good", machine.key)
    return machine


def test_a_damaged_model_stops_no_other_and_is_named_with_the_reason(machine: Machine, caplog: Logged) -> None:
    for name in ("no-card", "no-weights", "a-link"):
        machine.add(name)
    (machine.models / "no-card" / CARD_FILE).write_text("characters = [")
    (machine.models / "no-weights" / WEIGHTS_FILE).unlink()
    (machine.models / "a-link/NOTICE").symlink_to("/etc/passwd")
    assert machine.serve() == ["good"]
    for reason in ("no-card/card.toml cannot be read", "no-weights/weights.safetensors is missing", "it is a link"):
        assert f"Left out: {machine.models}" in caplog.text
        assert reason in caplog.text
    assert len(caplog.records) == 3


def test_a_default_that_was_named_is_not_left_out_silently(machine: Machine) -> None:
    machine.add("broken")
    (machine.models / "broken" / WEIGHTS_FILE).write_bytes(b"")
    with pytest.raises(ModelError, match=r"broken/weights\.safetensors cannot be read"):
        machine.serve("broken")


def test_where_no_model_is_left_that_is_said(machine: Machine) -> None:
    (machine.models / "good" / CARD_FILE).write_text("")
    with pytest.raises(ModelError, match="there is no model"):
        machine.serve()


def test_a_conversion_of_another_machine_is_made_anew_where_that_can_be_done(machine: Machine, tmp_path: Path) -> None:
    machine.add("moved", SigningKey(tmp_path / "other machine"))
    catalog = read_served([machine.models], "", "auto", machine.key, machine.convert)
    made = catalog.get("moved").converted
    assert made
    assert made.graph == b"made anew"
    assert machine.converted == ["moved"]
    machine.serve()
    assert machine.converted == ["moved"], "once is enough"


def test_a_conversion_that_cannot_be_made_anew_is_not_used_and_the_model_is_served_otherwise(
    machine: Machine, tmp_path: Path, caplog: Logged
) -> None:
    machine.add("moved", SigningKey(tmp_path / "other machine"))

    def fail(_name: str) -> None:
        raise ModelError("no room")

    catalog = read_served([machine.models], "", "auto", machine.key, fail)
    assert not catalog.get("moved").converted  # TensorFlow reads its weights
    assert "Model moved has a conversion that was not made here: it is not used, and none can be made now: no room" in (
        caplog.text
    )


def test_without_tensorflow_a_conversion_of_another_machine_is_left_out_with_what_to_do(
    machine: Machine, tmp_path: Path, caplog: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.add("moved", SigningKey(tmp_path / "other machine"))
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # as if it were not installed
    assert machine.serve() == ["good"]
    assert machine.converted == []
    (record,) = caplog.records
    assert "Left out: model moved has a conversion that was not made here: run `charla convert moved`" in (
        record.getMessage()
    )


def test_a_lost_key_makes_every_own_conversion_one_to_make_anew(machine: Machine, tmp_path: Path) -> None:
    machine.key = SigningKey(tmp_path / "a new volume")
    assert machine.serve() == ["good"]
    assert machine.converted == ["good"]
