"""Puts the parts together: models, workers, and the client that serves until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Iterator
from types import FrameType

from bot.chat.client import Charla
from bot.generation.catalog import Catalog
from bot.generation.engines.select import EngineError, engine_of, make_copies
from bot.generation.model import Model
from bot.generation.resources import affordable_workers, available_memory, available_processors
from bot.generation.scheduler import WorkerPool
from bot.moderation.word_filter import WordFilter, WordListError
from bot.settings import Settings, SettingsError
from bot.storage.database import Database, DatabaseUrlError
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)


def read_catalog(settings: Settings) -> Catalog:
    """The models that can be served here; those that no engine can write with are named in the log.

    Raises:
        ModelError: a model is unusable, or the default is one that no engine can write with.
    """
    catalog = Catalog.read(settings.model_folders, settings.default_model)
    engine_of(catalog.default, settings.engine)
    return Catalog([model for model in catalog if _can_be_served(model, settings)], catalog.default.name)


def _can_be_served(model: Model, settings: Settings) -> bool:
    try:
        engine_of(model, settings.engine)
    except EngineError as error:
        log.warning("Left out: %s", error)
        return False
    return True


def count_workers(settings: Settings, catalog: Catalog) -> int:
    """How many workers to start: as many as are set, or as there are processors and memory for.

    Raises:
        MemoryTooSmallError: there is no room for one.
    """
    models = [catalog.default, *(model for model in catalog if model is not catalog.default)]
    engines = [engine_of(model, settings.engine) for model in models]
    wanted = settings.workers or available_processors()
    affordable = affordable_workers(engines, wanted, available_memory())
    if affordable < wanted:
        log.warning("There is memory for %d of %d workers with a copy of every model each", affordable, wanted)
    return settings.workers or affordable


def start_workers(settings: Settings, catalog: Catalog) -> WorkerPool:
    """Start the workers; returns when each has its copy of the default model.

    The copies of other models are made when they are first asked for: most bots have more models than are used, and
    under TensorFlow each copy takes a second and 45 MB.

    Raises:
        ModelError: no engine can write with a model here, or there is no room for a worker.
    """
    workers = count_workers(settings, catalog)
    log.info("Models: %s; workers: %d", ", ".join(model.name for model in catalog), workers)
    pool = WorkerPool([catalog.default], make_copies(settings.engine), workers, settings.queue_size)
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


@contextlib.contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """What SIGTERM or Ctrl+C sets, while this lasts, instead of ending the process.

    Not by the loop's `add_signal_handler`, which it does not have on Windows.
    """
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(told.set)  # wakes the loop, where the event's own `set` would not

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
