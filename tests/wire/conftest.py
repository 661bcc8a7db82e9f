"""Fixtures of the tests that drive the real bot over HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.chat.progress import ProgressTimes
from bot.generation.model import Model
from bot.generation.scheduler import MakeCopy
from bot.storage.settings_store import SettingsStore
from playground.wire.server import WireServer
from tests.support.gate import Gate
from tests.support.random_models import NumpyCopy, random_model
from tests.support.running_bot import NO_PROGRESS, Running, Start, assert_kept_the_rules, connect_bot


@pytest.fixture(autouse=True)
def _closed_gate() -> None:
    Gate.close()


@pytest.fixture
async def start(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> AsyncIterator[Start]:
    """Start a bot with small models and the settings given; at the end, check all that it sent."""
    caplog.set_level("INFO")
    async with AsyncExitStack() as stack:
        started: list[Running] = []

        async def start(
            server: WireServer | None = None,
            make_copy: MakeCopy = NumpyCopy,
            models: list[Model] | None = None,
            store: SettingsStore | None = None,
            times: ProgressTimes = NO_PROGRESS,
            **settings: Any,
        ) -> Running:
            if server is None:
                server = await stack.enter_async_context(WireServer(people=["ana", "ben", "eve"]))
            settings = {"database_url": f"sqlite:///{tmp_path / 'charla.db'}"} | settings
            running = await connect_bot(stack, server, make_copy, models or [random_model()], settings, store, times)
            started.append(running)
            return running

        yield start
        for running in started:
            await running.stop()
        assert_kept_the_rules(started)
