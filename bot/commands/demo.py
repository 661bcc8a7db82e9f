"""`charla demo`: the real bot, in a Discord that runs on this machine only."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

from bot.chat.client import Charla
from bot.commands import as_usage_error
from bot.generation.catalog import Catalog
from bot.generation.model import ModelError
from bot.generation.pool import WorkerPool
from bot.logs import set_up_logging
from bot.playground.redirect import discord_at
from bot.playground.server import WireServer
from bot.playground.terminal import converse
from bot.service import read_catalog, serve, start_workers
from bot.settings import Settings, SettingsError

PROMPT = "> "
GREETING = """\
This is Charla in a Discord that runs on this machine only. Try
  /generate seed: The meaning of life is top_n: 3
and end with Ctrl+D.
"""
READY_SECONDS = 30.0


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `demo`: it has none."""


def run(_arguments: argparse.Namespace) -> int:
    """Read lines from standard input, print each answer, end at the end of input."""
    with as_usage_error(SettingsError, ModelError):
        # One person at a prompt is no crowd to be held back.
        settings = Settings.load(log_level="warning", development_guild=0, rate_limit_user=0, rate_limit_server=0)
        set_up_logging(settings.log_level)
        catalog = read_catalog(settings)
        sys.stderr.write("Starting the bot …\n")
        pool = start_workers(settings, catalog)
    try:
        asyncio.run(_demo(settings, catalog, pool))
    finally:
        pool.stop(grace=0)
    return 0


async def _demo(settings: Settings, catalog: Catalog, pool: WorkerPool) -> None:
    async with WireServer() as server:
        with discord_at(server):
            await serve(Charla(settings, catalog, pool), server.token, _converse(server))


async def _converse(server: WireServer) -> None:
    await server.bot_ready(READY_SECONDS)
    if sys.stdin.isatty():
        sys.stderr.write(GREETING)
    await converse(server, _lines(), _write)


async def _lines() -> AsyncIterator[str]:
    while True:
        if sys.stdin.isatty():
            sys.stderr.write(PROMPT)
            sys.stderr.flush()
        line = await asyncio.to_thread(sys.stdin.readline)  # the loop has a bot to run meanwhile
        if not line:
            return
        yield line.rstrip("\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
