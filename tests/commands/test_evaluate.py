from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.__main__ import main
from bot.generation.card import CARD_FILE, read_card
from tests.support.evaluate_options import QUICK
from tests.support.keras_files import write_hdf5
from tests.support.random_models import random_model

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "ran"]


@pytest.fixture(autouse=True)
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    random_model("tiny-one").write(tmp_path / "models/tiny-one")
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    source = random.Random(1)
    lines = [" ".join(source.choices(WORDS, k=8)) for _ in range(600)]
    (tmp_path / "words").write_text("\n".join(WORDS))
    (tmp_path / "cats.txt").write_text("\n".join(lines))
    return tmp_path / "cats.txt"


def evaluate(text: Path, *words: str) -> int:
    return main(["evaluate", str(text), "--model", "tiny-one", "--words", str(text.parent / "words"), *words])


def test_tables_go_to_standard_output_progress_does_not_and_files_are_written(
    text: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = (tmp_path / "models/tiny-one" / CARD_FILE).read_text()
    files = ["--json", "found.json", "--picture", "found.svg", "--markdown", "found.md", "--write"]
    assert evaluate(text, *QUICK, *files) == 0
    out, err = capsys.readouterr()
    assert "Kneser-Ney, order" in out
    assert "top-n all" in out
    assert "writing" not in out
    assert "reading the held-out text\n" in err
    found = json.loads(Path("found.json").read_text())
    assert [each["top_n"] for each in found["written"]] == [3, 98]
    assert found["real_words"]["in_list"] == 1
    assert found["held_out_characters"] == pytest.approx(len(text.read_text()) / 20, rel=0.1)
    assert ET.fromstring(Path("found.svg").read_text()).tag.endswith("svg")
    assert Path("found.md").read_text().startswith("tiny-one: ")
    recommended = found["recommended"]
    assert (tmp_path / "models/tiny-one" / CARD_FILE).read_text() == card.replace("top_n = 4", f"top_n = {recommended}")
    assert read_card(tmp_path / "models/tiny-one").use.top_n == recommended
    assert f"now recommends a top-n of {recommended}\n" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--top-n", "3,0"], "--top-n 3,0: '0' is not allowed, only whole numbers of 1 or more and \"all\""),
        (["--top-n", "most"], "--top-n most: 'most' is not allowed"),
        (["--top-n", "1,,2"], "--top-n 1,,2: '' is not allowed"),
        (["--top-n", "-1"], "--top-n -1: '-1' is not allowed"),
        (["--characters-generated", "999"], "--characters-generated 999: allowed are whole numbers of 1,000 or more"),
        (["--reciting-characters", "0"], "--reciting-characters 0: allowed are"),
        (["--reciting-top-n", "0"], "--reciting-top-n 0: allowed are"),
        (["--random-seed", "-1"], "--random-seed -1: allowed are"),
        (["--words", "missing"], "--words missing cannot be read: No such file"),
        (["--json", "nowhere/x.json"], "nowhere/x.json: the folder nowhere does not exist"),
        (["--model", "unknown"], "there is no model 'unknown'"),
        (["--format", "x"], "--format x: allowed are"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    text: Path, capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert evaluate(text, *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"charla evaluate: {complaint}")
    assert err.count("\n") == 1


def test_a_missing_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words").touch()
    assert evaluate(tmp_path / "missing.txt", "--words", str(tmp_path / "cats.txt")) == 2
    assert "missing.txt" in capsys.readouterr().err


def test_a_checkpoint_has_no_card_to_write_to(text: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    checkpoint = write_hdf5(tmp_path / "x.h5")
    assert main(["evaluate", str(text), "--checkpoint-path", str(checkpoint), "--write", "--words", "words"]) == 2
    assert "--write goes with --model: a checkpoint has no card" in capsys.readouterr().err


def test_a_folder_that_is_not_writable_is_refused_before_anything_is_measured(
    text: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert evaluate(text, "--write") == 2
    assert "models/tiny-one is not writable" in capsys.readouterr().err


def test_it_says_when_the_text_is_not_as_long_as_what_the_model_learned(
    text: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    card = tmp_path / "models/tiny-one" / CARD_FILE
    card.write_text(card.read_text() + '\n[corpus]\nname = "x"\nlicence = "y"\ncharacters = 77\n')
    assert evaluate(text, *QUICK, "--no-baselines") == 0
    out, err = capsys.readouterr()
    assert "tiny-one learned a text of 77 characters" in err
    assert "Kneser-Ney" not in out


def test_help_and_wrong_usage_come_without_tensorflow() -> None:
    code = (
        "import sys; from bot.__main__ import main; main(['evaluate', 'x', '--top-n', '0']); "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
