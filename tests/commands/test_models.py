"""What `charla models` prints of models that somebody else made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.generation.card import CARD_FILE
from tests.support.random_models import random_model

STEERS = "\x1b[31mred\x07\x9b\u202egnp\nsecond line"


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


def test_nothing_that_a_card_or_a_folders_name_says_steers_a_terminal(
    own_models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = random_model()
    hostile = replace(model, card=model.card.model_copy(update={"description": STEERS}))
    for name in ("\x1b[2Jname", "a\nb", "\udcff"):
        hostile.write(own_models / name)
    assert main(["models"]) == 0
    out, err = capsys.readouterr()
    assert r"\x1b[31mred\x07\x9b\u202egnp\nsecond line" in out
    assert all(line.isprintable() for line in [*out.splitlines(), *err.splitlines()])
    assert main(["generate", "--model", "\x1b[2J", "--seed", "x"]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_a_card_that_cannot_be_read_hides_no_other(own_models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("good", "bad"):
        random_model(name).write(own_models / name)
    (own_models / "bad" / CARD_FILE).write_text("characters = [")
    assert main(["models"]) == 0
    out, err = capsys.readouterr()
    assert "good" in out
    assert err.startswith(f"charla models: {own_models / 'bad' / CARD_FILE} cannot be read: ")
