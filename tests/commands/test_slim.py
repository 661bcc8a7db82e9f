"""Every command where only the packages of the slim image are installed: it works, or says in a line what to do."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.engines.select import explain_missing_tensorflow
from tests.support.lock_files import read_names
from tests.support.paths import ROOT
from tests.support.random_models import random_model

WITHOUT = """
import contextlib, io, json, sys
given = json.load(sys.stdin)
sys.modules.update(dict.fromkeys(given["hidden"]))  # as if they were not installed
sys.stdin = io.StringIO(given["typed"])
from bot.__main__ import main
done = []
for words in given["commands"]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            code = main(words)
        except SystemExit as exit:
            code = exit.code
    done.append([code, out.getvalue(), err.getvalue()])
json.dump(done, sys.stdout)
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def hidden() -> list[str]:
    """The modules that the full image has and the slim one has not."""
    missing = read_names("run") - read_names("slim")
    modules = [
        module
        for module, distributions in packages_distributions().items()
        if all(name.lower().replace("_", "-") in missing for name in distributions)
    ]
    assert {"tensorflow", "keras", "h5py", "ijson", "pyppmd"} <= set(modules)
    return modules


def charla(hidden: list[str], *commands: str, typed: str = "", **environment: str) -> list[Done]:
    """What each of some commands does in one process, which lacks what is hidden; it ends if one raises."""
    given = {"hidden": hidden, "commands": [shlex.split(command) for command in commands], "typed": typed}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [Done(*each) for each in json.loads(done.stdout)]


def test_every_command_tells_its_options(hidden: list[str]) -> None:
    for name, done in zip(COMMANDS, charla(hidden, *(f"{name} --help" for name in COMMANDS)), strict=True):
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"usage: charla {name}")


def test_what_needs_tensorflow_says_so_in_a_line_and_leaves_nothing(hidden: list[str], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("".join(f"item {n} of a text\n" for n in range(2000)))
    commands = (
        "train text.txt --name mine",
        "train --name mine --resume",
        "import text.txt --name mine",
        "convert --force lexicon",
        "evaluate text.txt",
        "evaluate text.txt --engine litert",
        "generate --seed x",
        "generate --seed x --checkpoint-path text.txt",
        "generate --seed x --checkpoint-path text.txt --engine litert",
        "probabilities --text x",
        "probabilities --text x --engine litert",
        "export lexicon --to lexicon.keras",
    )
    for command, done in zip(commands, charla(hidden, *commands, MODELS_DIR=str(tmp_path / "models")), strict=True):
        assert (done.code, done.out) == (2, ""), command
        name = command.split(maxsplit=1)[0]
        assert done.err.startswith(f"charla {name}: TensorFlow is not installed here: `make full` fetches it"), command
        assert done.err.count("\n") == 1
        assert ("`--engine litert` does without" in done.err) == (command == "generate --seed x")
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


def test_a_python_without_tensorflow_is_named() -> None:
    assert explain_missing_tensorflow((3, 14)) == (
        "TensorFlow is not installed here: it has no build for Python 3.14, the newest that it has is 3.13"
    )
    assert "charla[full]" in explain_missing_tensorflow((3, 11))


@pytest.mark.parametrize(
    ("way", "hint"),
    [("make", "`make full` fetches it"), ("compose", "the full image has it (`docker compose run --rm full ...`)")],
)
def test_the_way_to_tensorflow_is_that_of_who_started_the_command(
    way: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARLA_STARTED_BY", way)
    assert explain_missing_tensorflow((3, 13)) == f"TensorFlow is not installed here: {hint}"


def test_a_missing_driver_of_postgresql_is_one_line() -> None:
    place = {"DATABASE_URL": "postgresql://u:secret@h/d", "DISCORD_TOKEN": "a.b.c"}
    (run,) = charla(["psycopg"], "run", **place)
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "charla run: DATABASE_URL names PostgreSQL, whose driver is not installed here: "
        "`pip install 'charla[postgres]'` has it\n"
    )


def test_what_writes_with_litert_works(hidden: list[str], tmp_path: Path) -> None:
    generate, models, convert, export = charla(
        hidden,
        "generate --engine litert --seed 'It was' --length 40 --random-seed 1",
        "models",
        "convert",
        "export lexicon --to page",
    )
    assert (generate.code, generate.err) == (0, "")
    assert generate.out.startswith("It was")
    assert re.findall(r"^[* ] (\S+)$", models.out, re.MULTILINE) == sorted(
        each.name for each in SHIPPED_MODELS.iterdir()
    )
    assert convert.code == 0  # there is nothing to do
    assert export.code == 0
    assert (tmp_path / "page/index.html").is_file()


def test_the_bot_answers_and_names_a_model_that_only_tensorflow_could_serve(hidden: list[str], tmp_path: Path) -> None:
    random_model("mine").write(tmp_path / "models/mine")
    place = {"MODELS_DIR": str(tmp_path / "models"), "DISCORD_TOKEN": "a.b.c"}
    (demo,) = charla(hidden, "demo", typed="/generate seed: hello length: 40 random_seed: 3\n", **place)
    assert demo.code == 0
    for part in ("hello", "patchnotes", "random seed 3", "litert"):
        assert part in demo.out
    assert "Left out: model mine has no conversion for LiteRT: run `charla convert mine`" in demo.err
    for choice in ({"DEFAULT_MODEL": "mine"}, {"ENGINE": "tensorflow"}):
        (run,) = charla(hidden, "run", **place, **choice)
        assert run.code == 2
        assert run.err.startswith("charla run: model ")
        assert "`docker compose run --rm full " in run.err
        assert run.err.count("\n") == 1
