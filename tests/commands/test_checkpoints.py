"""What a person with a tutorial checkpoint types: the text, what the model expects, and a model to serve."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from bot.__main__ import main
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.generation.vocabulary import Vocabulary
from tests.support.keras_files import layers_of, write_hdf5, write_keras
from tests.support.random_models import random_model
from tests.support.tutorial_checkpoints import GENUINE, LEGACY, find_checkpoint
from tests.support.typed_input import type_bytes

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(params=GENUINE)
def genuine(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The paths of a checkpoint that the tutorial made, and the start of those of what the tutorial made of it."""
    checkpoint, printed = find_checkpoint(request.param)
    return str(checkpoint), str(printed)


def test_greedy_text_is_what_the_tutorials_script_printed(genuine: tuple[str, str], capsys: Printed) -> None:
    path, golden = genuine
    for number, seed in enumerate(json.loads((LEGACY / "seeds.json").read_text())):
        assert main(["generate", "--checkpoint-path", path, "--seed", seed, "--top-n", "1", "--length", "300"]) == 0
        expected = Path(f"{golden}.seed{number}.top1.len300.txt").read_bytes().decode()
        assert capsys.readouterr().out.removesuffix("\n") == expected.removesuffix("\n")


def test_probabilities_are_those_of_the_tutorials_stack(genuine: tuple[str, str], capsys: Printed) -> None:
    path, golden = genuine
    text = (Path(golden).parent / "probs_text.txt").read_bytes().decode()
    assert main(["probabilities", "--checkpoint-path", path, "--text", text, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["vocabulary"] == ["", *Vocabulary.tutorial().characters]
    assert np.abs(np.array(told["probabilities"]) - np.load(f"{golden}.probs.npy")).max() < 2e-6


def test_an_imported_checkpoint_is_a_model_like_any_other(tmp_path: Path, own_models: Path, capsys: Printed) -> None:
    path = write_hdf5(tmp_path / "checkpoint.hdf5")
    words = ["--seed", "It was", "--length", "80", "--random-seed", "1"]
    assert main(["generate", "--checkpoint-path", str(path), *words]) == 0
    text = capsys.readouterr().out
    assert main(["import", str(path), "--name", "mine"]) == 0
    assert "/generate model: mine" in capsys.readouterr().err
    assert main(["generate", "--model", "mine", *words]) == 0
    assert capsys.readouterr().out == text
    assert Catalog.read([own_models]).get("mine").card.description == "imported from checkpoint.hdf5"
    assert main(["import", str(path), "--name", "mine"]) == 2
    assert "exists already" in capsys.readouterr().err


def test_a_checkpoint_comes_by_standard_input(
    tmp_path: Path, own_models: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    path = write_hdf5(tmp_path / "checkpoint.hdf5")
    assert main(["import", str(path), "--name", "by-file"]) == 0
    type_bytes(monkeypatch, path.read_bytes())
    assert main(["import", "-", "--name", "by-pipe"]) == 0
    first, second = Catalog.read([own_models])
    assert first.fingerprint == second.fingerprint
    assert second.card.description == "imported from standard input"
    type_bytes(monkeypatch, b"")
    assert main(["import", "-", "--name", "nothing"]) == 2
    assert "the file is empty" in capsys.readouterr().err


def test_a_vocabulary_of_its_own_comes_from_a_file(tmp_path: Path, own_models: Path, capsys: Printed) -> None:
    characters = "\nabcdé"
    path = write_keras(tmp_path / "own.keras", random_model(vocabulary=Vocabulary(characters)))
    assert main(["import", str(path), "--name", "own"]) == 2
    assert "--characters FILE" in capsys.readouterr().err
    for number, content in enumerate([characters, f"{characters}\n"]):  # an editor ends a file with a line break
        (tmp_path / "characters.txt").write_text(content)
        words = ["--name", f"own{number}", "--characters", str(tmp_path / "characters.txt")]
        assert main(["import", str(path), *words]) == 0
        assert Model.read(own_models / f"own{number}").card.characters == characters


def _lambda(path: Path) -> Path:
    return write_hdf5(path, change=lambda config: layers_of(config)[1].update({"class_name": "Lambda"}))


def _not_a_number(path: Path) -> Path:
    write_hdf5(path)
    with h5py.File(path, "r+") as file:
        file["model_weights/lstm_1/lstm_1/kernel:0"][0, 0] = np.nan
    return path


def _truncated(path: Path) -> Path:
    path.write_bytes(write_hdf5(path).read_bytes()[:3000])
    return path


def _empty(path: Path) -> Path:
    path.touch()
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_lambda, "Lambda"),
        (_not_a_number, "not finite"),
        (_truncated, "damaged"),
        (_empty, "empty"),
        (_folder, "directory"),
        (lambda path: path, "no such file"),
    ],
)
def test_an_unusable_file_is_one_line_and_exit_code_2_whatever_the_command(
    tmp_path: Path, own_models: Path, capsys: Printed, make: Callable[[Path], Path], reason: str
) -> None:
    path = str(make(tmp_path / "checkpoint.hdf5"))
    for words in (
        ["generate", "--checkpoint-path", path, "--seed", "x"],
        ["probabilities", "--checkpoint-path", path, "--text", "x"],
        ["import", path, "--name", "mine"],
    ):
        assert main(words) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"charla {words[0]}: {path}: ")
        assert reason in err
        assert err.count("\n") == 1
    assert not own_models.exists()
