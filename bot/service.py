"""Puts the parts together: models, workers, and the client that serves until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable

from bot.chat.client import Charla
from bot.content import WordFilter, WordListError
from bot.generation.catalog import Catalog
from bot.generation.pool import WorkerPool
from bot.generation.processors import available_processors
from bot.settings import Settings, SettingsError
from bot.storage.database import Database, DatabaseUrlError
from bot.storage.store import SettingsStore

log = logging.getLogger(__name__)


def start_workers(settings: Settings, catalog: Catalog) -> WorkerPool:
    """Start the workers; returns when each has its copies of all models compiled (seconds)."""
    from bot.generation.engines.tensorflow import TensorFlowCopy  # noqa: PLC0415 - seconds; wrong settings fail before

    workers = settings.workers or available_processors()
    log.info("Starting %d workers with %d models", workers, len(catalog))
    pool = WorkerPool(catalog, TensorFlowCopy, workers, settings.queue_size)
    pool.start()
    return pool


def find_store(settings: Settings) -> SettingsStore:
    """Where servers' own settings are kept; connects to nothing yet.

    Raises:
        SettingsError: `DATABASE_URL` names no database that can be used.
    """
    try:
        return SettingsStore(Database(settings.database_url.get_secret_value()))
    except DatabaseUrlError as error:
        raise SettingsError(f"DATABASE_URL {error}") from None


def read_words(settings: Settings) -> WordFilter:
    """The filter by the built-in words and the operator's.

    Raises:
        SettingsError: `WORD_LIST` cannot be used.
    """
    try:
        return WordFilter.read(*filter(None, [settings.word_list]))
    except WordListError as error:
        raise SettingsError(f"WORD_LIST: {error}") from None


async def serve(bot: Charla, token: str, until: Awaitable[object]) -> None:
    """Connect `bot` and serve until `until` is done, then leave in order.

    Raises:
        discord.LoginFailure: Discord refused the token.
        discord.DiscordException, aiohttp.ClientError, OSError: Discord cannot be reached.
    """
    stop = asyncio.ensure_future(until)
    async with contextlib.aclosing(bot.store), bot:
        connection = asyncio.create_task(bot.start(token))
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                await connection  # a connection ends by itself only with an error
            await bot.leave()
        finally:
            stop.cancel()
            connection.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connection
    with contextlib.suppress(asyncio.CancelledError):
        await stop  # what ended it, should that have been an error
