"""Run the whole bot in simcord, another maker's simulation of Discord for discord.py.

It runs in a process of its own, with simcord's folder on the path. What people saw goes to standard output as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import simcord
from simcord.components import walk_components

from bot.app import open_bot
from bot.chat.progress import ProgressTimes
from bot.generation import scheduler
from bot.generation.catalog import Catalog
from bot.settings import Settings
from tests.support.random_models import NumpyCopy, random_model

NO_PROGRESS = ProgressTimes(first_notice=1e6)
CHOSEN = {"model": ["tiny"], "top_n": ["5"]}
"""In the selects of the form: simcord sends only what it is told, not what is chosen beforehand."""


def _monotonic() -> float:
    """Return simcord's time, which stands still for workers: in their threads it has no clock."""
    return time.monotonic() if threading.current_thread() is threading.main_thread() else 0.0


def seen(result: Any) -> dict[str, Any]:
    """Return what came of something that a person did."""
    message, said = result.response, {"form": bool(result.modal)}
    if message is None:
        return said
    return said | {
        "content": message.content,
        "texts": [part["content"] for part in walk_components(message.components) if "content" in part],
        "descriptions": [embed.description for embed in message.embeds],
        "private": message.ephemeral,
        "files": [file.filename for file in message.attachments],
        "buttons": [part.get("label") for row in message.components for part in row.get("components", [])],
    }


async def use_commands(channel: Any, ana: Any, ben: Any) -> dict[str, Any]:
    """Use each command; returns what came of it."""
    asked = {"seed": "It was", "length": 60}
    return {
        "generate": await ben.slash(channel, "generate", **asked, random_seed=1),
        "several": await ben.slash(channel, "generate", **asked, count=3, private=True),
        "unknown model": await ben.slash(channel, "generate", **asked, model="nonesuch"),
        "compare": await ben.slash(channel, "compare", **asked),
        "about": await ben.slash(channel, "about"),
        "settings": await ana.slash(channel, "settings", max_length=100),
        "reset": await ana.slash(channel, "settings", reset="everything"),
        "menu": await ben.context_menu(channel, "Continue this", await ana.send(channel, "It was")),
    }


async def use_buttons(message: Any, ben: Any, eve: Any) -> dict[str, Any]:
    """Press each button of a reply; returns what came of it."""
    form = await ben.click(message, label="Edit")
    made = {
        "again": await ben.click(message, label="Again"),
        "continue": await eve.click(message, label="Continue"),
        "edit": form,
        "edited": await ben.submit_modal(form, {"seed": "It was a", "length": "80", **CHOSEN}),
    }
    form = await ben.click(message, label="Edit")
    made["wrong"] = await ben.submit_modal(form, {"seed": "It was a", "length": "zero", **CHOSEN})
    made["delete by another"] = await eve.click(message, label="Delete")
    return made


async def write_messages(world: Any, channel: Any, ben: Any, me: int) -> dict[str, list[str | None]]:
    """Write messages; returns what the bot replied to each, None where it said nothing."""
    replies: dict[str, list[str | None]] = {}

    async def note(name: str, place: Any) -> None:
        await world.settle()
        last = place.last_message
        replies[name] = [embed.description for embed in last.embeds] if last.author.id == me else [None]

    await ben.send(channel, f"<@{me}> It was")
    await note("mention", channel)
    await ben.send(channel, "And then?", reply_to=channel.last_message)
    await note("reply", channel)
    await ben.send(channel, "It was not for you")
    await note("other", channel)
    await ben.send_dm("It was")
    await note("direct", ben.user.dm_channel)
    return replies


async def main() -> None:
    """Run all of it."""
    settings = Settings.load(rate_limit_user=0, log_level="error", database_url=sys.argv[1])
    with open_bot(settings, catalog=Catalog([random_model()], "tiny"), make_copy=NumpyCopy, times=NO_PROGRESS) as bot:
        async with simcord.run(bot, check_errors=False, settle_timeout=60, shard_count=1) as world:
            guild = world.create_guild("Server")
            channel = guild.create_text_channel("general")
            rights = discord.Permissions(manage_guild=True, manage_messages=True)
            managers = guild.create_role("Managers", permissions=rights)
            ana = guild.add_member(world.create_user("ana"), roles=[managers])
            ben, eve = (guild.add_member(world.create_user(name)) for name in ("ben", "eve"))
            await world.settle()
            results = await use_commands(channel, ana, ben)
            reply = results["generate"]
            results |= await use_buttons(reply.response.message, ben, eve)
            results["compare again"] = await ben.click(results["compare"].response.message, label="Again")
            saw: dict[str, Any] = {name: seen(result) for name, result in results.items()}
            await ben.click(reply.response.message, label="Delete")
            await world.settle()
            saw["deleted"] = reply.response is None
            saw["suggested"] = [choice["value"] for choice in await ben.autocomplete(channel, "generate", "model", "")]
            saw["written"] = await write_messages(world, channel, ben, bot.user.id if bot.user else 0)
            saw["errors"] = [repr(error) for error in world.errors]
    print(json.dumps(saw))  # noqa: T201 - this is what the test reads


with mock.patch.object(scheduler, "time", SimpleNamespace(monotonic=_monotonic)):
    asyncio.run(main())
