"""Models that come, go and change while the bot serves: SIGHUP reads them again, and no request is lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import hangup_signals
from bot.generation.conversion import Conversion
from bot.generation.model import Model
from bot.settings import Settings
from tests.support.gate import Gate
from tests.support.random_models import NumpyCopy, random_model
from tests.support.replies import description, footer
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no SIGHUP")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("tiny", "other"):
        add_model(tmp_path / "models", name)
    return tmp_path / "models"


def add_model(folder: Path, name: str, weights_seed: int = 0) -> None:
    model = random_model(name, weights_seed=weights_seed)
    made = Conversion(model.fingerprint, b"graph").signed(Settings.load().signing_key)
    replace(model, conversion=made).write(folder / name)


async def start_with(start: Start, folder: Path, **given: Any) -> Running:
    key = Settings.load().signing_key
    models = [Model.read(folder / name, key) for name in ("tiny", "other")]
    return await start(models=models, models_dir=folder, default_model="tiny", **given)


async def hang_up(running: Running, caplog: pytest.LogCaptureFixture, says: str) -> None:
    """Send SIGHUP to this process, and wait until the log says what came of it."""
    with hangup_signals(running.bot, running.told_to_stop):
        os.kill(os.getpid(), signal.SIGHUP)
        await wait_until(lambda: says in caplog.text)


async def test_a_new_model_is_suggested_and_writes_and_one_that_is_gone_is_refused_politely(
    start: Start, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start_with(start, folder)
    add_model(folder, "fresh", weights_seed=3)
    shutil.rmtree(folder / "other")
    await hang_up(running, caplog, "patchnotes, scripture, fresh")
    assert "gone: other" in caplog.text
    names = [choice.value for choice in await running.server.autocomplete("generate", focused="model", typed="")]
    assert {"tiny", "fresh"} <= set(names)
    assert "other" not in names
    fresh = await running.server.slash("generate", {"seed": "It was", "model": "fresh"})
    await fresh.settled(20)
    assert footer(fresh).startswith("fresh")
    gone = await running.server.slash("generate", {"seed": "It was", "model": "other"})
    await gone.settled(20)
    assert gone.private
    assert "there is no model 'other': there are " in gone.text


async def test_requests_that_were_accepted_before_get_their_text_from_the_model_that_they_were_meant_for(
    start: Start, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start_with(start, folder, make_copy=Gate, workers=1)
    asked = [await running.server.slash("generate", {"seed": "It was", "model": "other"}) for _ in range(3)]
    for exchange in asked:
        await exchange.acknowledgement()
    shutil.rmtree(folder / "other")
    await hang_up(running, caplog, "gone: other")
    Gate.opened.set()
    for exchange in asked:
        await exchange.settled(20)
        assert description(exchange).startswith("**It was")
        assert footer(exchange).startswith("other")


async def test_a_model_that_changed_gets_a_new_copy_and_the_others_keep_theirs(
    start: Start, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[Model] = []

    def make(model: Model) -> NumpyCopy:
        made.append(model)
        return NumpyCopy(model)

    running = await start_with(start, folder, make_copy=make, workers=1)

    async def ask(name: str) -> str:
        options = {"seed": "It was", "model": name, "random_seed": 1, "length": 40}
        exchange = await running.server.slash("generate", options)
        await exchange.settled(20)
        return description(exchange)

    before = [await ask(name) for name in ("tiny", "other")]
    shutil.rmtree(folder / "other")
    add_model(folder, "other", weights_seed=5)
    await hang_up(running, caplog, "Models read again: new: lexicon, patchnotes, scripture; changed: other")
    after = [await ask(name) for name in ("tiny", "other")]
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert [model.name for model in made] == ["tiny", "other", "other"]


async def test_where_the_default_cannot_be_read_all_stays_as_it_was(
    start: Start, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start_with(start, folder)
    (folder / "tiny/card.toml").write_text("characters = [")
    add_model(folder, "fresh")
    await hang_up(running, caplog, "The models stay as they were: ")
    assert "tiny/card.toml cannot be read" in caplog.text
    exchange = await running.server.slash("generate", {"seed": "It was"})
    await exchange.settled(20)
    assert footer(exchange).startswith("tiny")
    with pytest.raises(Exception, match="fresh"):
        running.bot.policies.catalog.get("fresh")


async def test_many_hangups_are_read_one_after_the_other(
    start: Start, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start_with(start, folder)
    with hangup_signals(running.bot, running.told_to_stop):
        for _ in range(20):
            os.kill(os.getpid(), signal.SIGHUP)
            await asyncio.sleep(0)
        add_model(folder, "fresh")
        os.kill(os.getpid(), signal.SIGHUP)
        await wait_until(lambda: "fresh" in {model.name for model in running.bot.policies.catalog})
    assert caplog.text.count("Models read again") <= 3
