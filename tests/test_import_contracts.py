from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGES = ("bot", "cogs", "corpora", "playground")

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the packages to a folder, in which a test may add an import."""
    folder = tmp_path_factory.mktemp("imports")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint_imports(folder: Path) -> tuple[int, str]:
    """Run `lint-imports` in a folder; return its exit code and what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_contracts_hold_as_it_is(copy: Path) -> None:
    code, told = lint_imports(copy)
    assert code == 0, told


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("bot/generation/resources.py", "import tensorflow", "TensorFlow and Keras"),
        ("bot/generation/novel.py", "import keras", "TensorFlow and Keras"),
        ("bot/generation/novel.py", "import ai_edge_litert", "LiteRT"),
        ("bot/generation/novel.py", "import h5py", "HDF5"),
        ("bot/generation/novel.py", "from bot.chat import limiter", "the bot's floors"),
        ("bot/export/browser_page.py", "import discord", "Discord's library"),
        ("bot/export/browser_page.py", "import sqlalchemy", "databases"),
        ("bot/moderation/word_filter.py", "import discord", "Discord's library"),
        ("bot/app.py", "import discord", "Discord's library"),
        ("bot/storage/settings_store.py", "import aiosqlite", "drivers"),
        ("bot/chat/client.py", "import playground", "the playground"),
        ("bot/chat/client.py", "import cogs", "the buildings"),
        ("bot/extra/__init__.py", "", "the bot's floors"),
        ("playground/wire/world.py", "import bot", "the buildings"),
    ],
)
def test_a_forbidden_import_is_seen(copy: Path, module: str, line: str, contract: str) -> None:
    path = copy / module
    before = path.read_text("utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{line}\n", "utf-8")
    try:
        code, told = lint_imports(copy)
    finally:
        if before is not None:
            path.write_text(before, "utf-8")
        elif path.name == "__init__.py":
            shutil.rmtree(path.parent)
        else:
            path.unlink()
    assert code == 1, told
    broken = [row for row in told.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken), told
