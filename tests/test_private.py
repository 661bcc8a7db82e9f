"""What people make stays on their machine: git and Docker see what ships with Charla, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.generation.catalog import SHIPPED_BASES, SHIPPED_MODELS, find_models
from bot.settings import Settings
from tests.support.docker_context import list_context
from tests.support.paths import ROOT

PRIVATE = (
    "models/mine/card.toml",
    "models/.training-ours/text/items.txt",
    "models/.ours-x2f/weights.safetensors",
    "data/charla.db",
    ".env",
    ".env.old",
    "export.json",
    "bot/.env",
    "bot/shipped/models/.training-ours/text/learned.ids",
    "requirements/notes.txt",
    "bot/__pycache__/app.cpython-311.pyc",
)
SHIPPED = ("bot/app.py", "bot/shipped/models/lexicon/card.toml", "requirements/slim.txt", "LICENSE")


def git(*words: str, folder: Path = ROOT) -> set[str]:
    """What a command of git prints, line by line."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout, or git is missing")
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


def test_an_image_is_built_of_files_that_are_under_version_control_alone() -> None:
    context = list_context(ROOT)
    assert context <= git("ls-files", "--cached", "--others", "--exclude-standard")
    assert git("ls-files", "bot", "cogs", "playground") <= context


def test_nothing_private_gets_into_an_image(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".dockerignore", tmp_path)
    for name in (*PRIVATE, *SHIPPED):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert list_context(tmp_path) == set(SHIPPED)


def test_git_ignores_what_goes_to_the_default_folders(tmp_path: Path) -> None:
    git("init", "--quiet", folder=tmp_path)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    for name in ("models/mine/card.toml", "models/.training-ours/plan.json", "data/charla.db", "bot/shipped/card.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = git("status", "--porcelain", "--untracked-files=all", folder=tmp_path)
    assert found == {"?? .gitignore", "?? bot/shipped/card.toml"}


def test_what_ships_and_what_people_make_are_two_folders() -> None:
    shipped, own = Settings.load().model_folders
    assert own == ROOT / "models"
    assert shipped.is_relative_to(ROOT / "bot")
    assert set(find_models([SHIPPED_MODELS])) == {"lexicon", "patchnotes", "scripture"}
    assert set(find_models([SHIPPED_BASES])) == {"english", "prose", "wit"}
