"""What `pip install`, `pipx install` and `uvx` give people: the wheel, in an environment that has nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.generation.catalog import SHIPPED_MODELS
from tests.support.docker_context import list_context
from tests.support.lock_files import read_pins
from tests.support.paths import ROOT
from tests.support.random_models import random_model

PIP = (sys.executable, "-m", "pip")
QUIET = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as pip does."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def test_a_wheel_holds_what_an_image_holds(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        (facts,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(facts).decode()
    assert sorted(names) == sorted(name for name in list_context(ROOT) if "/" in name and "requirements" not in name)
    assert {f"Provides-Extra: {extra}" for extra in ("full", "postgres")} <= set(metadata.splitlines())


def can_reach_an_index() -> bool:
    name, version = next(pin for pin in read_pins("slim") if pin[0] == "platformdirs")
    ask = ["install", "--dry-run", "--ignore-installed", "--no-deps", "--retries", "0", "--timeout", "20"]
    return subprocess.run([*PIP, *ask, *QUIET, f"{name}=={version}"], capture_output=True, check=False).returncode == 0


def install(wheel: Path, folder: Path) -> Path:
    """Make an environment of the wheel and what it declares, in the versions of the lock file; return its programs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{name}=={version}\n" for name, version in single_pins()))
    into = ["--python", str(folder / "bin/python"), "install", *QUIET, "--constraint", str(pins)]
    done = subprocess.run([*PIP, *into, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def single_pins() -> list[tuple[str, str]]:
    """The pins of what serves, without packages whose version depends on the Python."""
    pins = sorted(read_pins("slim"))
    return [pin for pin in pins if sum(pin[0] == name for name, _ in pins) == 1]


@pytest.mark.timeout(900)  # most of it is pip's, and a busy machine takes minutes
@pytest.mark.skipif(sys.platform == "win32", reason="programs lie elsewhere")
def test_in_an_empty_environment_it_demonstrates_lists_and_writes(wheel: Path, tmp_path: Path) -> None:
    if not can_reach_an_index():
        pytest.skip("no package index can be reached, from which the wheel's dependencies would come")
    binaries = install(wheel, tmp_path / "environment")
    random_model("mine").write(tmp_path / "home/.local/share/charla/models/mine")
    own = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}

    def charla(*words: str, typed: str = "") -> str:
        done = subprocess.run(
            [binaries / "charla", *words], input=typed, capture_output=True, text=True, env=own, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "DISCORD, n." in charla("demo", typed="/generate seed: DISCORD, n. random_seed: 3\n")
    listed = charla("models").splitlines()
    assert [line[2:] for line in listed if line[2] != " "] == ["lexicon", "patchnotes", "scripture", "mine"]
    places = [line.removeprefix("    in ") for line in listed if line.startswith("    in ")]
    assert places[0].startswith(str(tmp_path / "environment"))
    assert not places[0].startswith(str(SHIPPED_MODELS))
    assert charla("generate", "--engine", "litert", "--seed", "It was", "--length", "20").startswith("It was")
