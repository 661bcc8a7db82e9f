"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from bot.generation.model import Model
from bot.settings import Settings
from tests.support.random_models import random_model

settings.register_profile("charla", deadline=None)  # how fast the machine is proves nothing
settings.load_profile("charla")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting or `.env` of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    # Nor is anything signed with a key of theirs.
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def model() -> Model:
    """A small model with random weights."""
    return random_model()
