"""Connect the real bot, over HTTP and WebSocket, to a Discord on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from bot.app import open_bot, serve
from bot.chat.client import Charla
from bot.chat.pauses import Pauses
from bot.chat.progress import ProgressTimes
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.generation.scheduler import MakeCopy
from bot.settings import Settings
from bot.storage.settings_store import SettingsStore
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer
from tests.support.wire_contract import wire_problems

READY_SECONDS = 10.0
SHORT_PAUSES = Pauses(first=0.01, longest=0.05)
NO_PROGRESS = ProgressTimes(first_notice=60.0, again=SHORT_PAUSES)
"""How slow the machine is must not show in what the bot sends: tests of waiting set other times."""


@dataclass
class Running:
    """A bot that serves, and the Discord it is connected to."""

    server: WireServer
    bot: Charla
    told_to_stop: asyncio.Event
    serving: asyncio.Task[None]

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        self.told_to_stop.set()
        await self.serving


Start = Callable[..., Awaitable[Running]]


async def connect_bot(
    stack: AsyncExitStack,
    server: WireServer,
    make_copy: MakeCopy,
    models: list[Model],
    settings: dict[str, Any],
    store: SettingsStore | None,
    times: ProgressTimes,
) -> Running:
    """Connect a bot to `server`, and return when it is ready; `stack` closes what was opened for it."""
    defaults = {"rate_limit_user": 0, "grace_period": 5, "log_level": "info", "workers": 2}
    options = Settings.load(**defaults | settings)
    catalog = Catalog(models, options.default_model)
    stack.enter_context(discord_at(server))
    bot = stack.enter_context(open_bot(options, catalog=catalog, make_copy=make_copy, store=store, times=times))
    bot._connection.guild_ready_timeout = 0.05  # else it waits 2 s for more servers
    server.allow_identify()  # a bot that is started anew in a test would be, in life, a while later
    told_to_stop = asyncio.Event()
    serving = asyncio.create_task(serve(bot, server.token, told_to_stop.wait(), SHORT_PAUSES, held_seconds=60))
    running = Running(server, bot, told_to_stop, serving)
    ready = asyncio.create_task(server.bot_ready(READY_SECONDS))
    await asyncio.wait({ready, serving}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done() or ready.exception():
        ready.cancel()
        await running.stop()  # or it would go on trying, and the test would never end
    await ready
    return running


def assert_kept_the_rules(started: list[Running]) -> None:
    """Check that Discord would have refused nothing, and that what was sent and answered fits its description."""
    for server in {id(running.server): running.server for running in started}.values():
        assert server.violations == []
        assert wire_problems(server) == []
