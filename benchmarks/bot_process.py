"""Measure the bot itself, `charla run` as a process on loopback: how soon it answers, and how much memory it holds."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contender_process import read_resident_bytes
from benchmarks.figures import Spread
from benchmarks.goals import Goal
from benchmarks.tables import format_figure, format_table
from playground.wire.server import WireServer

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("tensorflow", "litert")
PEOPLE = 64
"""How many people ask at once before its memory is measured."""
START_TIMEOUT = 120.0
"""The most seconds that it may take to start, or to answer."""
FIRST_SECONDS, RESIDENT_MB = 2.0, 150.0
"""The goals with LiteRT."""

PROGRAM = """
import sys
from types import SimpleNamespace
from bot.__main__ import main
from playground.wire.redirect import discord_at
with discord_at(SimpleNamespace(url=sys.argv[1])):
    sys.exit(main(["run"]))
"""
"""Runs the bot with Discord at the address given."""


@dataclass(slots=True)
class Starts:
    """Measurements of starting the bot several times.

    Attributes:
        engine: the engine of its workers.
        ready: seconds from the start of its process until it is in the gateway.
        first: seconds until its first reply.
        resident: bytes of memory that it holds after some dozens of replies.
    """

    engine: str
    ready: Spread = field(default_factory=Spread)
    first: Spread = field(default_factory=Spread)
    resident: Spread = field(default_factory=Spread)

    async def measure(self) -> None:
        """Start the bot once more.

        Raises:
            TimeoutError: it does not start or answer.
        """
        people = [f"person{number}" for number in range(PEOPLE)]
        async with WireServer(people=people) as server:
            started = time.perf_counter()
            async with _start_bot(server, self.engine) as process:
                await server.bot_ready(START_TIMEOUT)
                self.ready.values.append(time.perf_counter() - started)
                await (await server.slash("generate", {"seed": "The meaning of life is"})).settled(START_TIMEOUT)
                self.first.values.append(time.perf_counter() - started)
                asked = [await server.slash("generate", user=name) for name in people]
                await asyncio.gather(*(exchange.settled(START_TIMEOUT) for exchange in asked))
                self.resident.values.append(read_resident_bytes(Path(f"/proc/{process.pid}/status")))


@asynccontextmanager
async def _start_bot(server: WireServer, engine: str) -> AsyncIterator[asyncio.subprocess.Process]:
    with tempfile.TemporaryDirectory() as folder:  # a folder without a .env
        settings = {
            "DISCORD_TOKEN": server.token,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'charla.db'}",
            "ENGINE": engine,
            "LOG_LEVEL": "warning",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, server.url, cwd=folder, env=os.environ | settings | {"PYTHONPATH": str(ROOT)}
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def measure_bot(starts: int) -> list[Starts]:
    """Start the bot `starts` times with each engine, in turn."""
    found = [Starts(engine) for engine in ENGINES]
    for _ in range(starts):
        for each in found:
            asyncio.run(each.measure())
    return found


def format_bot_table(found: Sequence[Starts]) -> str:
    """Format the measurements in Markdown."""
    heads = ("`charla run` with", "in the gateway (s)", "first reply (s)", "resident (MB)")
    return "\n".join(format_table(heads, _make_rows(found)))


def _make_rows(found: Sequence[Starts]) -> Iterator[list[str]]:
    for each in found:
        yield [
            each.engine,
            format_figure(each.ready, 1, 2),
            format_figure(each.first, 1, 2),
            format_figure(each.resident, 1e-6),
        ]


def judge_bot(found: Sequence[Starts]) -> Iterator[Goal]:
    """Yield the goals of the bot itself, with LiteRT."""
    for each in found:
        if each.engine == "litert":
            first, resident = each.first.median, each.resident.median / 1e6
            yield Goal("the bot's first reply after the start of its process", FIRST_SECONDS, first, " s", most=True)
            yield Goal("the bot's memory after some dozens of replies", RESIDENT_MB, resident, " MB", most=True)
