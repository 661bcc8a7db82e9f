"""Puts the parts together: models, workers, and the client that serves until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable

from bot.chat.client import Charla
from bot.generation.catalog import Catalog
from bot.generation.pool import WorkerPool
from bot.generation.processors import available_processors
from bot.settings import Settings

log = logging.getLogger(__name__)


def start_workers(settings: Settings, catalog: Catalog) -> WorkerPool:
    """Start the workers; returns when each has its copies of all models compiled (seconds)."""
    from bot.generation.engines.tensorflow import TensorFlowCopy  # noqa: PLC0415 - seconds; wrong settings fail before

    workers = settings.workers or available_processors()
    log.info("Starting %d workers with %d models", workers, len(catalog))
    pool = WorkerPool(catalog, TensorFlowCopy, workers, settings.queue_size)
    pool.start()
    return pool


async def serve(bot: Charla, token: str, until: Awaitable[object]) -> None:
    """Connect `bot` and serve until `until` is done, then leave in order.

    Raises:
        discord.LoginFailure: Discord refused the token.
        discord.DiscordException, aiohttp.ClientError, OSError: Discord cannot be reached.
    """
    stop = asyncio.ensure_future(until)
    async with bot:
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
