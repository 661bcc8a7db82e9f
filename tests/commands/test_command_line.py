from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

from bot import __version__
from bot.__main__ import COMMANDS, main
from tests.support.paths import ROOT

PROBE = """
import sys
from bot.__main__ import main
try:
    code = main(sys.argv[1:])
except SystemExit as exit:
    code = exit.code
print([code, [name for name in ("tensorflow", "discord", "numpy") if name in sys.modules]])
"""


def run(*words: str) -> tuple[str, str]:
    """What a command prints: on standard output, its exit code and what it imported last; on standard error."""
    done = subprocess.run([sys.executable, "-c", PROBE, *words], capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


def test_help_lists_every_command_and_imports_nothing_heavy() -> None:
    out, _ = run("--help")
    assert all(f"  {name} " in out for name in COMMANDS)
    assert out.endswith("[0, []]\n")


def test_run_without_a_token_fails_fast_with_exit_code_2_and_one_line() -> None:
    out, err = run("run")
    code_and_imports = out.strip()
    assert code_and_imports.startswith("[2, ")
    assert "tensorflow" not in code_and_imports
    assert "discord'" not in code_and_imports
    assert err.startswith("charla run: DISCORD_TOKEN is missing")
    assert err.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["dance"], ["generate"], ["generate", "--seed", "x", "--top-n", "many"]])
def test_wrong_usage_exits_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"Charla {__version__}\n"
    assert version("charla") == __version__


FIRST_IMPORT = """
import os, sys
class Watch:
    def find_spec(self, name, *_):
        if name in ("keras", "tensorflow"):
            print(os.environ["KERAS_BACKEND"], flush=True)
            os._exit(0)
sys.meta_path.insert(0, Watch())
import {module}
"""
"""Prints what Keras would read as it is imported, which then takes no seconds."""


@pytest.mark.parametrize(
    "module", ["bot.training.trainer", "bot.export.keras_file", "bot.generation.engines.keras_network"]
)
def test_keras_runs_on_tensorflow_whatever_the_environment_says(module: str) -> None:
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    probe = FIRST_IMPORT.format(module=module)
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "tensorflow\n"


def test_a_command_that_moved_says_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "lexicon"]) == 2
    assert "python -m corpora" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932"])
def test_what_a_console_cannot_encode_is_replaced(encoding: str) -> None:
    words = ["generate", "--engine", "litert", "--seed", "naïve “š€🐈 ", "--length", "9", "--random-seed", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0
    assert done.stdout.startswith("naïve “š€🐈 ".encode(encoding, errors="replace"))
    assert b"Traceback" not in done.stderr
    assert b"does not know" in done.stderr


def test_models_are_listed_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "* patchnotes" in lines
    assert max(len(line) for line in lines if not line.startswith("    in ")) <= 80
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["models"]) == 0
    narrow = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in narrow if not line.startswith("    in ")) <= 60
    assert " ".join(" ".join(narrow).split()) == " ".join(" ".join(lines).split())
