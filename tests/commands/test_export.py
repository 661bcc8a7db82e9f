"""`charla export`: a folder for the browser, or a file for Keras (whose content tests/export checks)."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import keras
import pytest

from bot.__main__ import main
from bot.export.browser_page import PAGE
from bot.generation.card import GRU, Embedding
from tests.support.random_models import random_model

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    random_model("mine").write(folder / "mine")
    random_model("gated", (Embedding(size=4), GRU(units=4))).write(folder / "gated")
    monkeypatch.setenv("MODELS_DIR", str(folder))
    return folder


def test_a_folder_holds_the_page_and_all_it_needs(tmp_path: Path, own_models: Path, capsys: Printed) -> None:
    (own_models / "mine/NOTICE").write_text("by somebody")
    assert main(["export", "mine", "--to", str(tmp_path / "page/")]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert f"http.server --bind 127.0.0.1 --directory {tmp_path / 'page'}" in err
    names = {path.name for path in (tmp_path / "page").iterdir()}
    assert names == {path.name for path in PAGE.iterdir()} | {
        "model.json", "group1-shard1of1.bin", "charla.json", "spellings.json", "NOTICE",
    }  # fmt: skip
    card = json.loads((tmp_path / "page/charla.json").read_text())
    assert card["name"] == "mine"
    assert card["seeds"] == ["Once upon ", "It was "]
    assert card["notice"] == "NOTICE"
    assert (tmp_path / "page/NOTICE").read_text() == "by somebody"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "page").iterdir()}
    assert modes == {0o644}  # a web server runs as another user


@pytest.mark.parametrize("file", ["NOTICE", "card.toml", "weights.safetensors"])
@pytest.mark.parametrize("to", ["page", "mine.keras", "-"])
def test_no_file_that_a_link_leads_to_is_published(
    tmp_path: Path, own_models: Path, capsys: Printed, file: str, to: str
) -> None:
    (tmp_path / "secret").write_text("DISCORD_TOKEN=s3cret\n")
    (own_models / "mine" / file).unlink(missing_ok=True)
    (own_models / "mine" / file).symlink_to(tmp_path / "secret")
    assert main(["export", "mine", "--to", to if to == "-" else str(tmp_path / to)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        err == f"charla export: {own_models / 'mine' / file} cannot be read: it is a link, allowed is a regular file\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models", "secret"]


def test_a_name_that_ends_in_keras_is_a_file_for_keras(tmp_path: Path, capsys: Printed) -> None:
    assert main(["export", "gated", "--to", str(tmp_path / "gated.keras")]) == 0
    assert keras.models.load_model(tmp_path / "gated.keras").count_params() > 0
    assert "gated.keras: written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["mine", "--to", "there"], "there exists already"),
        (["mine", "--to", "there.keras"], "there.keras exists already"),
        (["mine", "--to", "nowhere/page"], "nowhere/page cannot be written: No such file or directory"),
        (["mine", "--to", "there.keras/page"], "there.keras/page cannot be written: Not a directory"),
        (["mine", "--to", "model.h5"], "--to model.h5: allowed are a folder, or a file whose name ends in .keras"),
        (["mine", "--to", "m.keras", "--precision", "float16"], "--precision float16: allowed for a .keras file is"),
        (["gated", "--to", "page"], "model gated has a GRU layer with reset_after"),
        (["unknown", "--to", "page"], "there is no model 'unknown'"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2_and_changes_nothing(
    tmp_path: Path, capsys: Printed, words: list[str], complaint: str
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there.keras").write_text("something")
    before = sorted(tmp_path.rglob("*"))
    assert main(["export", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"charla export: {complaint}")
    assert err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there.keras").read_text() == "something"
