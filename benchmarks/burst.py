"""Let a hundred people type `/generate` in the same moment: the real client, over the wire, on loopback."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from pydantic import SecretStr

from bot.app import open_bot, serve
from bot.generation.catalog import Catalog
from bot.settings import Settings
from playground.wire.exchange import Exchange
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer

PEOPLE = 100
GOAL_SECONDS = 1.0


async def burst(settings: Settings, catalog: Catalog) -> list[Exchange]:
    """Let everybody ask at once; return when each has an answer, or has waited for a minute."""
    names = [f"person{number}" for number in range(PEOPLE)]
    async with WireServer(people=names) as server:
        asked: list[Exchange] = []

        async def ask() -> None:
            await server.bot_ready(30)
            asked.extend(
                [await server.slash("generate", {"seed": "The meaning of life is"}, user=name) for name in names]
            )
            await asyncio.gather(*(exchange.settled(60) for exchange in asked), return_exceptions=True)

        with discord_at(server), tempfile.TemporaryDirectory() as folder:
            url = SecretStr(f"sqlite:///{Path(folder) / 'charla.db'}")
            with open_bot(settings.model_copy(update={"database_url": url}), catalog=catalog) as bot:
                await serve(bot, server.token, ask())
    return asked


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all values does not exceed."""
    return sorted(values)[max(0, round(share * len(values)) - 1)]


def run(settings: Settings, catalog: Catalog) -> bool:
    """Print how long the acknowledgements and texts took; return whether all came and the goal is reached."""
    asked = asyncio.run(burst(settings, catalog))
    acknowledged = [e.acknowledged_at - e.dispatched_at for e in asked if e.acknowledged_at]
    answered = [e.settled_at - e.dispatched_at for e in asked if e.settled_at and "Charla" not in e.text]
    print(f"{PEOPLE} /generate at once over the wire, 280 characters each, model {catalog.default.name}")
    for what, seconds in (("acknowledged", acknowledged), ("answered", answered)):
        spread = f"median {percentile(seconds, 0.5):.3f} s, 99th percentile {percentile(seconds, 0.99):.3f} s"
        print(f"  {len(seconds):3} {what:13} {spread}")
    print(f"  goal: all answered, 99th percentile of the acknowledgements under {GOAL_SECONDS} s")
    return len(answered) == PEOPLE and percentile(acknowledged, 0.99) < GOAL_SECONDS
