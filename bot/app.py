"""Assemble the bot of its parts, and serve until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Iterator
from functools import partial
from types import FrameType

from bot.chat.client import Charla
from bot.chat.connection import stay_connected
from bot.chat.gateway import Gateway
from bot.chat.limiter import Limiter
from bot.chat.model_reader import ModelReader
from bot.chat.pauses import Pauses
from bot.chat.policy import Policies
from bot.chat.progress import ProgressTimes
from bot.chat.respond import Responder
from bot.errors import InvalidInputError, SettingsError
from bot.generation.catalog import Catalog
from bot.generation.engines.select import make_stateful_copy, select_engine
from bot.generation.resources import available_processors, count_workers
from bot.generation.scheduler import MakeCopy, WorkerPool
from bot.generation.served import convert_apart, read_served
from bot.health.endpoint import open_endpoint
from bot.health.loop_watch import HELD_SECONDS, watch_loop
from bot.health.state import State
from bot.metrics import Metrics
from bot.moderation.word_filter import WordFilter
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)


@contextlib.contextmanager
def open_bot(
    settings: Settings,
    *,
    catalog: Catalog | None = None,
    make_copy: MakeCopy | None = None,
    store: SettingsStore | None = None,
    times: ProgressTimes | None = None,
    metrics: Metrics | None = None,
) -> Iterator[Charla]:
    """Assemble the bot, its workers ready to write; at the end of the block the workers are stopped.

    Args:
        settings: the operator's settings.
        catalog: the models; if left out, those that `settings` name and an engine here can run.
        make_copy: makes a worker's copy of a model; if left out, by the engine of each model.
        store: keeps servers' own settings; if left out, in the database that `settings` name.
        times: when a reply says how long its text takes.
        metrics: where what the bot does is counted; if left out, in new ones.

    Raises:
        SettingsError: the database's URL or the list of words cannot be used.
        ModelError: a model is unusable, no engine can run the default model, or no worker has room.
    """
    store = store or open_store(settings)
    words = read_words(settings)
    catalog = catalog or read_catalog(settings)
    pool = start_workers(settings, catalog, make_copy)
    policies = Policies(settings, catalog, store, words)
    metrics, limiter = metrics or Metrics(), Limiter(settings)
    responder = Responder(policies, pool, limiter, settings.request_timeout, times or ProgressTimes(), metrics)
    try:
        models = ModelReader(policies, pool, partial(read_catalog, settings))
        yield Charla(settings, store, pool, policies, responder, Gateway(metrics), models)
    finally:
        pool.stop(grace=0)


def open_store(settings: Settings) -> SettingsStore:
    """Return what keeps servers' own settings; it connects to nothing yet.

    Raises:
        SettingsError: `DATABASE_URL` names no database that can be used.
    """
    return SettingsStore(Database(settings.database()))


def read_words(settings: Settings) -> WordFilter:
    """Read the built-in lists of words and the operator's.

    Raises:
        SettingsError: `WORD_LIST` cannot be used.
    """
    try:
        return WordFilter.read(*filter(None, [settings.word_list]), unasked=settings.filter_unasked)
    except InvalidInputError as error:
        raise SettingsError(f"WORD_LIST: {error}") from None


def read_catalog(settings: Settings) -> Catalog:
    """Read the models that can be served here; the log names the others, each with the reason.

    Raises:
        ModelError: the model that `settings` name as the default cannot be served, or none can.
    """
    places = {"MODELS_DIR": str(settings.models_dir), "DATA_DIR": str(settings.data_dir)}
    return read_served(
        settings.model_folders,
        settings.default_model,
        settings.engine,
        settings.signing_key,
        partial(convert_apart, places=places),
    )


def start_workers(settings: Settings, catalog: Catalog, make_copy: MakeCopy | None = None) -> WorkerPool:
    """Start the workers, and return when each has its copy of the default model.

    A copy of another model is made when it is first asked for: most bots have more models than are used, and under
    TensorFlow each copy takes a second and 45 MB.

    Raises:
        ModelError: no engine can run a model here, or no worker has room.
    """
    if make_copy is None:
        models = [catalog.default, *(model for model in catalog if model is not catalog.default)]
        workers = count_workers([select_engine(model, settings.engine) for model in models], settings.workers)
    else:
        workers = settings.workers or available_processors()
    log.info("Models: %s; workers: %d", ", ".join(model.name for model in catalog), workers)
    pool = WorkerPool(
        [catalog.default],
        make_copy or partial(make_stateful_copy, choice=settings.engine),
        workers,
        settings.queue_size,
    )
    pool.start()
    return pool


@contextlib.contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """Install handlers by which SIGTERM and Ctrl+C set an event, instead of ending the process, inside the block.

    The loop's own `add_signal_handler` is not used: the loop does not have it on Windows.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop.set)  # wakes the loop, where the event's own `set` would not

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def hangup_signals(bot: Charla, stop: asyncio.Event) -> Iterator[None]:
    """Install a handler by which SIGHUP has the models read again, inside the block, where the system has that signal.

    Where Charla was started at a terminal that is closed, SIGHUP says so, and the bot is told to stop.
    """
    loop, readings = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    at_terminal = os.isatty(0)

    def begin() -> None:
        if at_terminal and not os.isatty(0):
            stop.set()
        elif len(readings) < 2:
            readings.add(reading := loop.create_task(bot.models.read_and_log()))
            reading.add_done_callback(readings.discard)

    if not hasattr(signal, "SIGHUP"):
        yield
        return
    before = signal.signal(signal.SIGHUP, lambda *_: loop.call_soon_threadsafe(begin))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@contextlib.asynccontextmanager
async def watch_bot(bot: Charla, held_seconds: float = HELD_SECONDS) -> AsyncIterator[None]:
    """Watch the event loop inside the block, and serve health and metrics where `HEALTH_ADDRESS` says.

    Args:
        bot: what is watched.
        held_seconds: from when on an event loop that is held is reported.

    Raises:
        SettingsError: that address cannot be listened on.
    """
    metrics, place = bot.gateway.metrics, bot.settings.health_place
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(watch_loop(metrics, held_seconds=held_seconds))
        if place:
            state = State(bot.pool, bot.gateway, bot.store)
            await stack.enter_async_context(open_endpoint(place, state, metrics))
        yield


async def serve(
    bot: Charla,
    token: str,
    until: Awaitable[object],
    pauses: Pauses | None = None,
    *,
    held_seconds: float = HELD_SECONDS,
) -> None:
    """Connect the bot and serve until `until` is done, then leave in order; connect again where a connection ends.

    Args:
        bot: what is connected.
        token: its token.
        until: what ends it.
        pauses: the time between two attempts to connect; if left out, growing up to two minutes.
        held_seconds: from when on an event loop that is held is reported.

    Raises:
        CharlaError: Discord refused the token, or a setting.
    """
    stop = asyncio.ensure_future(until)
    try:
        async with contextlib.aclosing(bot.store), watch_bot(bot, held_seconds):
            await stay_connected(bot, token, stop, pauses or Pauses())
    finally:
        stop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await stop  # raises the error that ended it, if one did
