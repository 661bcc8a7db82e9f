"""`/settings`: what a server decides for itself."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.chat.client import Charla
from bot.chat.policy import Policies, Policy
from bot.chat.render import render_list
from bot.chat.reply import Reply
from bot.chat.suggestions import suggest_models
from bot.errors import RefusalError
from bot.limits import MAX_COUNT, MAX_LENGTH
from bot.settings import Settings
from bot.storage.server_settings import Filtering, ServerSettings
from bot.storage.settings_store import SettingsStore

NAMES = {
    "default_model": "Default model",
    "top_n": "Top-n",
    "allowed_models": "Allowed models",
    "max_length": "Largest length",
    "max_count": "Largest count",
    "content_filter": "Content filter",
    "keep_links": "Links",
    "answer_mentions": "Mentions",
}
FILTERING: dict[Filtering, str] = {
    "on": "on",
    "off": "off",
    "except-age-restricted": "on, except in age-restricted channels",
}
KEPT, DEFUSED = "kept", "defused"
ANSWERED, IGNORED = "answered", "ignored"
EVERYTHING = "everything"


class ServerSettingsCog(commands.Cog, name="Settings"):
    """The command for people who may manage a server."""

    def __init__(self, store: SettingsStore, policies: Policies) -> None:
        self._store = store
        self._policies = policies

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(
        default_model="The model that writes where a person names none",
        top_n="How many of the likeliest characters to choose from, where a person says nothing of it",
        allowed_models="Who may be asked for here: names with commas between",
        max_length="The largest length that may be asked for here, in characters",
        max_count="The largest count that may be asked for here",
        content_filter="Whether slurs, and what else the bot's word filter finds, are refused here",
        links="Whether links in texts can be clicked; invites never can",
        mentions="Whether messages that mention me, or reply to me, are answered here",
        reset="Go back to what the bot's operator chose",
    )
    @app_commands.choices(
        content_filter=[Choice(name=name, value=value) for value, name in FILTERING.items()],
        links=[Choice(name=name, value=name) for name in (KEPT, DEFUSED)],
        mentions=[Choice(name=name, value=name) for name in (ANSWERED, IGNORED)],
        reset=[Choice(name=EVERYTHING, value=EVERYTHING), *(Choice(name=n, value=v) for v, n in NAMES.items())],
    )
    async def settings(  # noqa: PLR0913 - an option each
        self,
        interaction: discord.Interaction,
        default_model: str | None = None,
        top_n: Range[int, 1] | None = None,
        allowed_models: str | None = None,
        max_length: Range[int, 1, MAX_LENGTH] | None = None,
        max_count: Range[int, 1, MAX_COUNT] | None = None,
        content_filter: Choice[str] | None = None,
        links: Choice[str] | None = None,
        mentions: Choice[str] | None = None,
        reset: Choice[str] | None = None,
    ) -> None:
        """Show or change what holds in this server (for those who may manage it)"""  # noqa: D415 - shown by Discord
        given = {
            "default_model": default_model,
            "top_n": top_n,
            "allowed_models": _split_names(allowed_models),
            "max_length": max_length,
            "max_count": max_count,
            "content_filter": content_filter.value if content_filter else None,
            "keep_links": links.value == KEPT if links else None,
            "answer_mentions": mentions.value == ANSWERED if mentions else None,
        }
        taken_back = NAMES if reset and reset.value == EVERYTHING else [reset.value] if reset else []
        changes = dict.fromkeys(taken_back) | {name: value for name, value in given.items() if value is not None}
        await self._change(interaction, changes)

    async def _change(self, interaction: discord.Interaction, changes: dict[str, Any]) -> None:
        server = require_manager(interaction)
        check_values(changes, self._policies)
        reply = Reply.of(interaction)
        await reply.defer(private=True)
        own = await self._store.change(server, changes, check_models)
        policy = self._policies.combine(own, server=server, age_restricted=False)
        entries = describe_settings(own, policy, self._policies.settings)
        await reply.finish(render_list("This server's settings", entries))

    @settings.autocomplete("default_model")
    async def suggest_default_model(self, _interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the models whose name or description has what is being typed."""
        return suggest_models(self._policies.catalog, typed)

    @settings.autocomplete("allowed_models")
    async def suggest_allowed_models(self, _interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        """Suggest models for the last of several names, of those that are not among the names yet."""
        *names, last = [part.strip() for part in typed.split(",")]
        rest = (model for model in self._policies.catalog if model.name not in names)
        return suggest_models(rest, last, "".join(f"{name}, " for name in names))


def _split_names(typed: str | None) -> list[str] | None:
    if typed is None:
        return None
    return list(dict.fromkeys(name for part in typed.split(",") if (name := part.strip())))


def require_manager(interaction: discord.Interaction) -> int:
    """Return the id of the server, if the person may manage it.

    Discord hides the command from others, but a server can show it to anyone.

    Raises:
        RefusalError: this is no server, or the person may not manage it.
    """
    if interaction.guild_id is None:
        raise RefusalError("Settings are for servers.")
    if not (interaction.permissions.manage_guild or interaction.permissions.administrator):
        raise RefusalError("Only those who may manage this server (permission “Manage Server”) may use /settings.")
    return interaction.guild_id


def check_values(changes: dict[str, Any], policies: Policies) -> None:
    """Check what is to be stored: Discord's clients check a part of it, and know nothing of models.

    Raises:
        ModelError: there is no such model.
        RefusalError: a value is outside its range.
    """
    names = changes.get("allowed_models")
    if names == []:
        raise RefusalError("allowed_models has no name: allowed are the names of models, with commas between.")
    for name in filter(None, [changes.get("default_model"), *(names or [])]):
        policies.catalog.get(name)
    for name, most in (("max_length", policies.settings.max_length), ("max_count", policies.settings.max_count)):
        value = changes.get(name)
        if value is not None and not 1 <= value <= most:
            raise RefusalError(f"{name} {value}: allowed are 1 to {most}.")
    if changes.get("answer_mentions") and not policies.settings.answer_mentions:
        raise RefusalError("mentions answered: the bot's operator lets it read no messages, here or anywhere.")
    top_n = changes.get("top_n")
    if top_n is not None and top_n < 1:
        raise RefusalError(f"top_n {top_n}: allowed are whole numbers of 1 or more.")


def check_models(own: ServerSettings) -> None:
    """Check that a server's default model is one of those it allows.

    Raises:
        RefusalError: it is not.
    """
    if own.default_model and own.allowed_models and own.default_model not in own.allowed_models:
        allowed = ", ".join(own.allowed_models)
        raise RefusalError(
            f"The default model would be {own.default_model}, the allowed ones {allowed}. Please set both."
        )


def describe_settings(own: ServerSettings, policy: Policy, settings: Settings) -> list[tuple[str, str]]:
    """Return what holds in a server, by the settings' names for people."""
    values = {
        "default_model": policy.default_model.name,
        "top_n": str(policy.top_n or "what suits the model"),
        "allowed_models": ", ".join(model.name for model in policy.models) if own.allowed_models else "all",
        "max_length": f"{policy.max_length:,} characters",
        "max_count": str(policy.max_count),
        "content_filter": FILTERING[own.content_filter or settings.content_filter],
        "keep_links": "can be clicked, but for invites" if policy.keep_links else "cannot be clicked",
        "answer_mentions": ANSWERED if policy.answer_mentions else IGNORED,
    }
    return [
        (NAMES[name], value if getattr(own, name) is not None else f"{value} (the operator's choice)")
        for name, value in values.items()
    ]


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(ServerSettingsCog(bot.store, bot.policies))
