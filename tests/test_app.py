from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import read_catalog, stop_signals
from bot.errors import ModelError
from bot.generation.conversion import Conversion
from bot.settings import Settings
from tests.support.random_models import random_model


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two converted models and one that is not, where LiteRT alone is installed."""
    settings = Settings.load(models_dir=tmp_path / "models", default_model="tiny-b")
    for number, name in enumerate(("tiny-a", "tiny-b")):
        model = random_model(name, weights_seed=number)
        conversion = Conversion(model.fingerprint, b"graph").signed(settings.signing_key)
        replace(model, conversion=conversion).write(tmp_path / "models" / name)
    random_model("tiny-bare").write(tmp_path / "models/tiny-bare")
    monkeypatch.setitem(sys.modules, "tensorflow", None)  # as if it were not installed
    return settings


def test_a_model_that_nothing_can_write_with_is_left_out_and_named(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    catalog = read_catalog(settings)
    names = {model.name for model in catalog}
    assert {"tiny-a", "tiny-b"} <= names
    assert "tiny-bare" not in names
    assert catalog.default.name == "tiny-b"
    assert "model tiny-bare has no conversion for LiteRT: run `charla convert tiny-bare`" in caplog.text


def test_a_default_that_nothing_can_write_with_is_refused(settings: Settings) -> None:
    with pytest.raises(ModelError, match="tiny-bare has no conversion"):
        read_catalog(settings.model_copy(update={"default_model": "tiny-bare"}))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_is_told_to_the_task_that_waits_and_afterwards_taken_as_before(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_signals() as stop:
        waiting = asyncio.create_task(stop.wait())
        await asyncio.sleep(0)
        signal.raise_signal(number)
        assert await asyncio.wait_for(waiting, 5)
    assert signal.getsignal(number) is before


async def test_a_signal_wakes_a_loop_that_has_nothing_else_to_do() -> None:
    with stop_signals() as stop:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
        assert await stop.wait()
