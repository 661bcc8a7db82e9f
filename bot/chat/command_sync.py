"""Register the bot's commands with Discord, where they differ from what is registered."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)


async def sync_if_changed(tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None) -> bool:
    """Register the commands if they differ from what Discord has, and return whether they did.

    Registering costs one of 200 creations a day for each new command, so a restart must not do it.
    """
    ours = [command.to_dict(tree) for command in tree.get_commands(guild=guild)]
    if _essence(await _registered(tree, guild)) == _essence(ours):
        log.info("The commands are registered as they are")
        return False
    await tree.sync(guild=guild)
    log.info("Registered %d commands", len(ours))
    return True


async def _registered(
    tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None
) -> Iterable[Mapping[str, Any]]:
    # As Discord sends them: the objects that `fetch_commands` makes of these (discord.py 2.7) lose contexts.
    http, application = tree.client.http, tree.client.application_id or 0
    commands: Iterable[Mapping[str, Any]] = await (
        http.get_guild_commands(application, guild.id) if guild else http.get_global_commands(application)
    )
    return commands


_ESSENTIAL: Mapping[str, Any] = {
    # What makes two commands or options the same, with what Discord takes a missing value for.
    "type": 1, "name": "", "description": "", "required": False, "autocomplete": False, "value": None,
    "min_value": None, "max_value": None, "min_length": None, "max_length": None,
    "contexts": None, "integration_types": None,
    "nsfw": False, "default_member_permissions": None,
}  # fmt: skip


def _essence(payloads: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {payload["name"]: _essential(payload) for payload in payloads}


def _essential(payload: Mapping[str, Any]) -> dict[str, Any]:
    essence = {key: payload.get(key) or default for key, default in _ESSENTIAL.items()}
    permissions = essence["default_member_permissions"]  # Discord sends digits where it is sent a number
    essence["default_member_permissions"] = None if permissions is None else str(permissions)
    for key in ("contexts", "integration_types"):
        essence[key] = sorted(essence[key] or ())
    for key in ("options", "choices"):  # their order is what people see, so it counts
        essence[key] = [_essential(part) for part in payload.get(key) or ()]
    return essence
