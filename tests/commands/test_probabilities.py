from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.__main__ import main
from bot.generation.catalog import SHIPPED_MODELS
from tests.support.random_models import random_model
from tests.support.reference_texts import reference_probabilities


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random_model("tiny-one").write(tmp_path / "models/tiny-one")
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))


def test_json_has_the_vocabulary_and_a_row_for_each_character(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probabilities", "--model", "tiny-one", "--text", "The cat\u2603", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    model = random_model("tiny-one")
    assert told["vocabulary"] == ["", *model.vocabulary.characters]
    rows = np.array(told["probabilities"])
    assert rows.shape == (8, 98)
    assert np.abs(rows - reference_probabilities(model, model.vocabulary.encode("The cat\u2603"))).max() < 2e-6
    assert np.abs(rows.sum(axis=1) - 1).max() < 1e-5


def test_bars_show_the_likeliest_characters_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probabilities", "--model", "tiny-one", "--text", "The cat"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["top-n", "next", "share", "together"]
    model = random_model("tiny-one")
    row = reference_probabilities(model, model.vocabulary.encode("The cat"))[-1]
    shares = [float(line.split("%")[0].split()[-1]) for line in lines]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(100 * row.max(), abs=0.051)
    assert lines[0].count("\u2588") == 50


def test_an_empty_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probabilities", "--model", "tiny-one", "--text", ""]) == 2
    assert "--text is empty" in capsys.readouterr().err


def test_models_are_listed_with_where_they_came_from(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_MODEL", "tiny-one")
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"    in {SHIPPED_MODELS / 'lexicon'}" in lines[lines.index("  lexicon") :]
    mine = lines[lines.index("* tiny-one") :]
    assert f"    in {tmp_path / 'models/tiny-one'}" in mine
    assert any(line.startswith("    embedding-lstm") for line in mine)


def test_a_training_that_keeps_its_text_is_listed_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("ours", "tiny-one"):
        (tmp_path / f"models/.training-{name}").mkdir()
    assert main(["models"]) == 0
    out, err = capsys.readouterr()
    assert ".training-" not in out
    keeps = f"keeps its text in {tmp_path / 'models/.training-'}"
    assert err.splitlines() == [
        f"A training of ours {keeps}ours: `charla train --name ours --resume` goes on, or remove the folder",
        f"A training of tiny-one {keeps}tiny-one: its model is there, so remove the folder",
    ]
