"""Run the real bot with small models, and the playground's page, in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_bot, serve
from bot.export.browser_page import STYLE_SHEET
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.settings import Settings
from playground.page.site import Site
from playground.wire.records import Guild, User
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer
from tests.support.gate import Gate

READY_SECONDS = 20.0


@dataclass
class Stage:
    """What is running.

    Attributes:
        address: the page's, with the secret.
        server: the wire-level Discord; to be read only, as it lives in another thread.
    """

    address: str
    server: WireServer


@contextmanager
def play(models: list[Model], folder: Path) -> Iterator[Stage]:
    """Run the page and the bot inside the block, and check at its end that the bot kept Discord's rules."""
    ready: Future[Stage] = Future()
    told_to_stop: Future[object] = Future()
    Gate.close()
    Gate.opened.set()

    async def serve_page() -> None:
        settings = Settings.load(
            rate_limit_user=0, workers=1, queue_size=8, database_url=f"sqlite:///{folder / 'charla.db'}"
        )
        people = [User("ana", manages=True), User("ben"), User("mia", moderates=True)]
        async with WireServer(people, guilds=[Guild("Playground")]) as server, Site(server, STYLE_SHEET) as site:
            with discord_at(server), open_bot(settings, catalog=Catalog(models), make_copy=Gate) as bot:
                bot._connection.guild_ready_timeout = 0.05  # else it waits 2 s for more servers
                serving = asyncio.create_task(serve(bot, server.token, asyncio.wrap_future(told_to_stop)))
                await server.bot_ready(READY_SECONDS)
                ready.set_result(Stage(site.address, server))
                await serving

    thread = threading.Thread(target=_run, args=(serve_page, ready))
    thread.start()
    try:
        stage = ready.result(2 * READY_SECONDS)
        yield stage
        assert stage.server.violations == []
    finally:
        told_to_stop.set_result(None)
        thread.join()


def _run(serve_page: object, ready: Future[Stage]) -> None:
    try:
        asyncio.run(serve_page())  # type: ignore[operator]
    except BaseException as error:
        if not ready.done():
            ready.set_exception(error)
        raise
