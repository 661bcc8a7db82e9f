"""Measure how long people hold the event loop up who ask for what is costly to read: `python -m benchmarks.loop_hold`.

The bot serves a Discord on loopback, in a loop and a thread of its own; texts are ready at once. Two people, within the
default limits, choose *Continue this* on a hostile message five times each; then one of them, whose limit is used up,
sends ten forms. A third person's `/about` says what others notice.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import SecretStr

from benchmarks.tables import format_table
from bot.app import open_bot, read_catalog, serve
from bot.chat.client import Charla
from bot.commands.run import SWITCH_SECONDS
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids
from bot.settings import Settings
from playground.wire.exchange import Exchange
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer

BEAT_SECONDS = 0.001
ABOUT_SECONDS = 0.1
HEADS = ("seeds of 2,000 characters", "the loop's own work", "until it turned", "/about answered")
_MARKS = sorted(filter(unicodedata.combining, map(chr, range(0x300, 0x1E000))), key=unicodedata.combining, reverse=True)
_RARE = [c for c in map(chr, range(0x3400, 0x2FA00)) if unicodedata.category(c) == "Lo"]
SEEDS = {
    "prose": ("The meaning of life is a subtle thing, and " * 50)[:2000],
    "spelt in 29 letters each": "\ufdfa" * 2000,
    "rare, and all different": "".join(_RARE[:: len(_RARE) // 2000][:2000]),
    "marks in the wrong order": "a" + "".join(sorted(_MARKS * 3, key=unicodedata.combining, reverse=True))[:1999],
    "nearly refused words": ("n4n|" * 500)[:2000],
}


@dataclass
class Watch:
    """Runs a bot in a thread of its own, and notes the longest times between two beats of its loop, in seconds.

    Attributes:
        work: of these the most that the loop's thread worked.
        passed: the most that passed on the clock, which on a busy machine says little.
        answers: how long `/about` took.
    """

    work: float = 0.0
    passed: float = 0.0
    answers: list[float] = field(default_factory=list)

    async def serve(self, bot: Charla, token: str) -> None:
        """Serve until `end` is called."""
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        beating = asyncio.create_task(self._beat())
        await serve(bot, token, self._end.wait())
        beating.cancel()

    def end(self) -> None:
        """End serving; called from another thread."""
        self._loop.call_soon_threadsafe(self._end.set)

    def reset(self) -> None:
        """Forget the start, which takes its time."""
        self.work = self.passed = 0.0

    async def _beat(self) -> None:
        while True:
            worked, started = time.thread_time(), time.perf_counter()
            await asyncio.sleep(BEAT_SECONDS)
            self.work = max(self.work, time.thread_time() - worked)
            self.passed = max(self.passed, time.perf_counter() - started - BEAT_SECONDS)

    async def ask_about(self, server: WireServer) -> None:
        """Have a third person use `/about` again and again, until cancelled."""
        while True:
            exchange = await server.slash("about", user="ana")
            await _settle(exchange)
            self.answers.append((exchange.settled_at or time.monotonic()) - exchange.dispatched_at)
            await asyncio.sleep(ABOUT_SECONDS)


async def _settle(*exchanges: Exchange) -> None:
    await asyncio.gather(*(exchange.settled(30) for exchange in exchanges), return_exceptions=True)


async def attack(server: WireServer, seed: str, watch: Watch) -> None:
    """Have two people choose *Continue this* on a message five times each, and one of them send ten forms."""
    reply = await server.slash("generate", {"seed": "Once", "length": 40}, user="ben")
    await _settle(reply)
    assert reply.message  # noqa: S101 - else there is nothing to measure
    message = server.say(seed, user="eve")
    gc.collect()
    gc.freeze()  # as `charla run` does: all that is loaded by now is never garbage
    watch.reset()
    asking = asyncio.create_task(watch.ask_about(server))
    names = ("ben", "eve") * 5
    await _settle(*[await server.message_command("Continue this", message, user=name) for name in names])
    for _ in range(10):
        form = await server.press_label(reply.message, "Edit", user="eve")
        await form.acknowledgement(30)
        await _settle(await server.submit_modal(form, {"seed": seed}))
    asking.cancel()


class Scribe:
    """A stateful copy that writes at once: what is measured is the rest."""

    engine = "none"

    def __init__(self, model: Model) -> None:
        self._ids = model.vocabulary.encode("It is so. ")

    def reset(self, rows: int) -> None:
        """Have nothing to forget."""

    def advance(self, forced: Ids, _uniforms: npt.NDArray[np.float64], _sampling: Sampling) -> Ids:
        """Write the same sentence in every row."""
        return np.resize(self._ids, forced.shape)


async def measure(seed: str) -> tuple[float, float, float]:
    """Attack a bot of its own; return the seconds of the table's columns."""
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        url = SecretStr(f"sqlite:///{Path(folder) / 'charla.db'}")
        settings = Settings.load(database_url=url, log_level="error", rate_limit_user=6)
        async with WireServer(people=["ana", "ben", "eve"]) as server:
            with discord_at(server), open_bot(settings, catalog=read_catalog(settings), make_copy=Scribe) as bot:
                serving = asyncio.create_task(asyncio.to_thread(asyncio.run, watch.serve(bot, server.token)))
                await server.bot_ready(30)
                await attack(server, seed, watch)
                watch.end()
                await serving
    return watch.work, watch.passed, max(watch.answers)


def main() -> None:
    """Print a table with a line for each kind of seed."""
    sys.setswitchinterval(SWITCH_SECONDS)  # as `charla run` does
    lines = [
        [name, *(f"{1000 * seconds:.1f} ms" for seconds in asyncio.run(measure(seed)))] for name, seed in SEEDS.items()
    ]
    print("\n".join(format_table(HEADS, iter(lines))))


if __name__ == "__main__":
    main()
