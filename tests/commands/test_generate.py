from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.generation.request import GenerationRequest
from tests.generation.test_writing import by_reference
from tests.models import random_model


@pytest.fixture(autouse=True)
def own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random_model("tiny-one").write(tmp_path / "models/tiny-one")
    monkeypatch.setenv("MODELS_DIR", str(tmp_path / "models"))


def test_standard_output_carries_the_seed_and_the_text_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", "tiny-one", "--seed", "Seed", "--top-n", "5", "--length", "150", "--random-seed", "3"]
    assert main(["generate", *words]) == 0
    request = GenerationRequest("Seed", top_n=5, length=150, random_seed=3)
    assert capsys.readouterr().out == "Seed" + by_reference(random_model("tiny-one"), request) + "\n"


def test_the_default_model_may_be_set(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_MODEL", "tiny-one")
    assert main(["generate", "--seed", "Seed", "--length", "5"]) == 0
    assert capsys.readouterr().out.startswith("Seed")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--seed", ""], "the seed is empty"),
        (["--top-n", "0"], "top-n 0: allowed are"),
        (["--length", "-5"], "length -5: allowed are"),
        (["--random-seed", str(2**53)], f"random seed {2**53}: allowed are"),
        (["--model", "unknown"], "there is no model 'unknown': there are "),
    ],
)
def test_a_value_that_is_not_allowed_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(["generate", "--model", "tiny-one", "--seed", "Seed", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"charla generate: {complaint}")
    assert err.count("\n") == 1


def test_a_wrong_setting_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", "lots")
    assert main(["generate", "--seed", "Seed"]) == 2
    assert capsys.readouterr().err.startswith("charla generate: WORKERS is 'lots': allowed is ")


def test_a_closed_pipe_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "bot", "generate", "--model", "tiny-one", "--seed", "x", "--length", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(1000).startswith(b"x")
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 0
