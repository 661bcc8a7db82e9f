"""What a person types to have a model served by LiteRT, and to see what that costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.generation.conversion import CONVERSION_FILE
from bot.generation.model import Model
from bot.settings import Settings
from tests.support.evaluate_options import QUICK
from tests.support.random_models import TINY, random_model

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("MODELS_DIR", str(folder))
    random_model("mine").write(folder / "mine")
    return folder


def test_a_model_is_converted_once_and_again_when_its_weights_change(own_models: Path, capsys: Printed) -> None:
    file = own_models / "mine" / CONVERSION_FILE
    assert main(["convert", "mine"]) == 0
    assert f"{file}: written" in capsys.readouterr().err
    first = file.read_bytes()
    assert Model.read(own_models / "mine", Settings.load().signing_key).converted
    assert main(["convert", "mine"]) == 0
    assert "fits its weights" in capsys.readouterr().err
    random_model("mine", TINY, weights_seed=1).write(own_models / "other")
    (own_models / "other/weights.safetensors").replace(own_models / "mine/weights.safetensors")
    assert not Model.read(own_models / "mine", Settings.load().signing_key).converted
    assert main(["convert", "mine"]) == 0
    assert file.read_bytes() != first
    assert Model.read(own_models / "mine", Settings.load().signing_key).converted


def test_an_unknown_model_and_a_missing_tensorflow_are_one_line_and_exit_code_2(
    own_models: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["convert", "mine", "yours"]) == 2
    assert "there is no model 'yours'" in capsys.readouterr().err
    assert not (own_models / "mine" / CONVERSION_FILE).exists()
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # as if it were not installed
    assert main(["convert", "mine"]) == 2
    err = capsys.readouterr().err
    assert "TensorFlow is not installed here" in err
    assert err.count("\n") == 1


def test_generate_writes_by_the_engine_that_is_named(capsys: Printed) -> None:
    words = ["generate", "--model", "mine", "--seed", "It was", "--length", "80", "--random-seed", "1"]
    assert main([*words, "--engine", "litert"]) == 2
    assert "run `charla convert mine`" in capsys.readouterr().err
    main(["convert", "mine"])
    assert main([*words, "--engine", "litert"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("It was")
    assert main([*words, "--engine", "litert"]) == 0
    assert capsys.readouterr().out == text
    assert main([*words[:1], "--checkpoint-path", "x.hdf5", *words[3:], "--engine", "litert"]) == 2
    assert capsys.readouterr().err


def test_probabilities_are_nearly_the_same_in_eight_bits(capsys: Printed) -> None:
    rows = []
    for engine in ("tensorflow", "litert"):
        assert main(["probabilities", "--model", "mine", "--text", "It was", "--json", "--engine", engine]) == 0
        rows.append(json.loads(capsys.readouterr().out)["probabilities"])
    moved = max(abs(a - b) for before, after in zip(*rows, strict=True) for a, b in zip(before, after, strict=True))
    assert moved < 0.1


def test_evaluate_measures_what_eight_bits_cost(tmp_path: Path, capsys: Printed) -> None:
    text = tmp_path / "text.txt"
    text.write_text("".join(f"item {n} of a text, said {n * n % 7}\n" for n in range(400)))
    main(["convert", "mine"])
    bits = []
    for engine in ("tensorflow", "litert"):
        words = [
            "--model",
            "mine",
            "--engine",
            engine,
            "--json",
            str(tmp_path / f"{engine}.json"),
            "--no-baselines",
            *QUICK,
        ]
        assert main(["evaluate", str(text), *words]) == 0
        (predictor,) = json.loads((tmp_path / f"{engine}.json").read_text())["predictors"]
        bits.append(predictor["bits"])
    assert bits[0] != bits[1]
    assert bits[1] == pytest.approx(bits[0], rel=0.02)


def test_litert_needs_no_tensorflow_to_generate(own_models: Path) -> None:
    main(["convert", "mine"])
    probe = (
        "import sys; from bot.__main__ import main\n"
        "main(['generate', '--model', 'mine', '--engine', 'litert', '--seed', 'x', '--length', '9'])\n"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert (done.stderr, done.stdout[0]) == ("", "x")
