"""What `make` installs, and when: serving is small, and what makes models comes when it is first needed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from bot.generation.engines.select import NEWEST_PYTHON
from tests.support.paths import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the Makefile looks at, as a fresh clone has it."""
    for name in ("Makefile", "pyproject.toml", "bot/__init__.py", "tests/browser/package.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests/browser/package-lock.json", tmp_path / "tests/browser")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def make(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *words], cwd=folder, env=own, capture_output=True, text=True, check=False)


def locks(target: str, folder: Path) -> list[str]:
    """The lock files that a target would install, in their order."""
    planned = make("--dry-run", target, folder=folder)
    assert planned.returncode == 0, planned.stderr
    return re.findall(r"-r requirements/(\w+)\.txt", planned.stdout)


@pytest.mark.parametrize("target", ["demo", "run"])
def test_what_serves_is_all_that_serving_installs(target: str, checkout: Path) -> None:
    assert locks(target, checkout) == ["slim", "build"]


@pytest.mark.parametrize("target", ["train", "import", "convert", "evaluate", "full"])
def test_what_makes_models_is_fetched_when_it_is_first_needed(target: str, checkout: Path) -> None:
    assert locks(target, checkout) == ["slim", "build", "run"]


def test_the_tests_have_everything(checkout: Path) -> None:
    assert locks("test", checkout) == ["slim", "build", "run", "dev", "hikari", "simcord"]
    assert locks("check", checkout) == ["slim", "build", "run", "dev"]


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    for stamp in ("python", "serve"):
        (checkout / ".venv" / stamp).touch()
    assert locks("demo", checkout) == []
    assert locks("train", checkout) == ["run"]


def test_a_python_that_charla_cannot_run_on_is_told_in_a_line(checkout: Path) -> None:
    refused = make("--silent", "PYTHON=false", "run", folder=checkout)
    assert refused.returncode != 0
    assert refused.stderr == "Charla needs Python 3.11 to 3.14: make PYTHON=python3.13 ...\n"
    assert not (checkout / ".venv").exists()


def test_a_python_that_tensorflow_cannot_run_on_serves_and_is_told_in_a_line(checkout: Path) -> None:
    binaries = checkout / ".venv/bin"
    binaries.mkdir(parents=True)
    for stamp in ("python", "serve"):
        (checkout / ".venv" / stamp).touch()
    (binaries / "python").write_text('#!/bin/sh\ncase "$1" in -c) exit 1;; *) echo "$@";; esac\n')
    (binaries / "python").chmod(0o755)
    assert make("--silent", "run", folder=checkout).stdout == "-m bot run\n"
    refused = make("--silent", "train", folder=checkout)
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert refused.stderr.startswith("TensorFlow, which makes models, has no build for Python 3.14: remove .venv")
    assert refused.stderr.count("\n") == 1


def test_a_command_that_fails_has_the_last_word(checkout: Path) -> None:
    binaries = checkout / ".venv/bin"
    binaries.mkdir(parents=True)
    for stamp in ("python", "serve", "full"):
        (checkout / ".venv" / stamp).touch()
    (binaries / "python").write_text('#!/bin/sh\necho "charla $3: a good message" >&2\nexit 2\n')
    (binaries / "python").chmod(0o755)
    for target in ("run", "train"):
        failed = make(target, folder=checkout)
        assert failed.returncode != 0
        assert (failed.stdout, failed.stderr) == ("", f"charla {target}: a good message\n")


@pytest.mark.parametrize("code", [0, 130])
def test_ctrl_c_lets_a_command_end_in_order_and_make_says_nothing(code: int, checkout: Path) -> None:
    binaries = checkout / ".venv/bin"
    binaries.mkdir(parents=True)
    for stamp in ("python", "serve"):
        (checkout / ".venv" / stamp).touch()
    (binaries / "python").write_text(
        f"#!/bin/sh\ntrap 'echo \"left in order\"; exit {code}' INT\necho running\nwhile :; do sleep 0.1; done\n"
    )
    (binaries / "python").chmod(0o755)
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with subprocess.Popen(
        ["make", "run"],
        cwd=checkout,
        env=own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == "running\n"
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: all of them get it
        assert running.stdout.read().strip() == "left in order"
    assert running.returncode != 0


def test_the_newest_python_of_tensorflow_is_the_same_everywhere() -> None:
    project, makefile = (ROOT / "pyproject.toml").read_text(), (ROOT / "Makefile").read_text()
    major, minor = NEWEST_PYTHON
    assert re.findall(r'"tensorflow.*python_version < \'([\d.]+)\'"', project) == [f"{major}.{minor + 1}"] * 2
    assert f"sys.version_info >= ({major}, {minor + 1})" in makefile
