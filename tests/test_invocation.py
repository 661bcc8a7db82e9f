"""Hints name commands as people type them here."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.invocation import MAKE_TARGETS, VARIABLE, name_command
from tests.support.paths import ROOT


@pytest.fixture
def charla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script `charla` in a virtual environment below the working directory, on no path."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "")
    script = tmp_path / ".venv/bin/charla"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    return script


def test_a_script_is_named_by_its_path_or_alone_where_a_shell_finds_it(
    charla: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name_command("models", {}, str(charla)) == ".venv/bin/charla models"
    monkeypatch.chdir(charla.parent)
    monkeypatch.setenv("PATH", str(charla.parent))
    assert name_command("models", {}, str(charla)) == "charla models"


def test_a_module_is_named_by_the_script_beside_its_python(charla: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(charla.with_name("python")))
    assert name_command("run", {}, "/somewhere/bot/__main__.py") == ".venv/bin/charla run"
    charla.unlink()
    assert name_command("run", {}, "/somewhere/bot/__main__.py") == ".venv/bin/python -m bot run"


def test_another_program_that_calls_a_command_is_not_named() -> None:
    assert name_command("run", {}, "/usr/bin/pytest") == "charla run"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("train --name x --resume", "docker compose run --rm full train --name x --resume"),
        ("generate --model x", "docker compose run --rm full generate --model x"),
        ("export x --to -", "docker compose run --rm charla export x --to -"),
    ],
)
def test_docker_compose_is_named_with_the_image_that_has_the_command(words: str, named: str) -> None:
    assert name_command(words, {VARIABLE: "compose"}) == named
    assert f"    {VARIABLE}: compose" in (ROOT / "compose.yaml").read_text()


def test_make_is_named_where_it_has_a_target(charla: Path) -> None:
    environment = {VARIABLE: "make"}
    assert name_command("run", environment) == "make run"
    assert name_command("convert x", environment) == "make convert ARGS=x"
    assert name_command("train --name x --resume", environment) == 'make train ARGS="--name x --resume"'
    assert name_command("models", environment, str(charla)) == ".venv/bin/charla models"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")
@pytest.mark.parametrize("word", ["It's", 'a "word"', "a $HOME b", "back\\slash `x` "])
def test_what_make_is_named_with_comes_through_it(word: str, tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("train:\n\t@printf '%s|' $(ARGS)\n")
    named = name_command(f"train --seed {shlex.quote(word)}", {VARIABLE: "make"})
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(named, shell=True, cwd=tmp_path, env=own, capture_output=True, text=True, check=True)
    assert done.stdout == f"--seed|{word}|"


def test_the_makefile_has_those_targets_and_says_who_starts_them() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(rf"^CHARLA := .*; {VARIABLE}=make \$\(BIN\)/python -m bot$", makefile, re.MULTILINE)
    assert {line.split()[1] for line in makefile.splitlines() if line.startswith("\t@$(CHARLA) ")} == MAKE_TARGETS
