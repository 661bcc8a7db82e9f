"""Charla itself: the discord.py client that loads the cogs, keeps the commands registered and leaves in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.errors import RefusalError, answer_error
from bot.chat.flight import watched
from bot.chat.limiter import Limiter
from bot.chat.waiting import WaitingRoom
from bot.generation.catalog import Catalog
from bot.generation.scheduler import WorkerPool
from bot.moderation.word_filter import WordFilter
from bot.settings import Settings
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)

# Charla never speaks: that the libraries for voice are missing is nothing to warn of.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

COGS = ("cogs.generate", "cogs.compare", "cogs.continue_this", "cogs.about", "cogs.settings", "cogs.buttons")
STOPPING = "Charla is restarting. Please try again in a minute."
LAST_WORDS_SECONDS = 5.0
"""How long the last replies may take to go out once all requests are finished or given up."""

Interaction = discord.Interaction[Any]


class Charla(commands.AutoShardedBot):
    """The bot. It is handed all it needs, so that tests and the playground can hand it something else."""

    def __init__(
        self, settings: Settings, catalog: Catalog, pool: WorkerPool, store: SettingsStore, words: WordFilter
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,  # discord.py wants one; without message intents none is ever read
            help_command=None,
            tree_cls=Commands,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            max_messages=None,
            http_trace=watched(),
        )
        self.settings = settings
        self.catalog = catalog
        self.pool = pool
        self.store = store
        self.words = words
        self.limiter = Limiter(settings)
        self.waiting = WaitingRoom(pool)
        self.stopping = False
        self._answering: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands, before the first interaction can arrive."""
        await self.store.open()
        for cog in COGS:
            await self.load_extension(cog)
        guild = discord.Object(self.settings.development_guild) if self.settings.development_guild else None
        if guild:
            self.tree.copy_global_to(guild=guild)
        await sync_if_changed(self.tree, guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Keep nothing of a server that removed the bot (for one that is out of reach, this is not called)."""
        await self.store.forget(guild.id)

    async def on_ready(self) -> None:
        """Say that the bot answers, and how to invite it while it is nowhere."""
        log.info("Connected as %s; servers: %d", self.user, len(self.guilds))
        if not self.guilds:
            log.info("In no server yet. Invite the bot: %s", self.invite_link)

    @property
    def invite_link(self) -> str:
        """Where somebody invites the bot to a server."""
        return discord.utils.oauth_url(self.application_id or 0, scopes=("bot", "applications.commands"))

    @property
    def install_link(self) -> str:
        """Where somebody installs the bot for themselves, wherever they are."""
        link = discord.utils.oauth_url(self.application_id or 0, scopes=("applications.commands",))
        return f"{link}&integration_type=1"

    def answering(self) -> None:
        """Note that the current task answers an interaction: leaving waits for it.

        Raises:
            RefusalError: the bot is leaving.
        """
        if self.stopping:
            raise RefusalError(STOPPING)
        task = asyncio.current_task()
        if task:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def leave(self) -> None:
        """Take no more requests, finish what runs within the grace period, tell everybody else, disconnect."""
        if self.stopping:
            return
        self.stopping = True
        log.info("Stopping; replies to finish: %d", len(self._answering))
        await asyncio.to_thread(self.pool.stop, self.settings.grace_period)
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_WORDS_SECONDS)
        await self.close()


class Commands(app_commands.CommandTree[Charla]):
    """The command tree: every command passes here on its way in, every error on its way out."""

    async def interaction_check(self, interaction: discord.Interaction[Charla], /) -> bool:
        """Let nothing in any more once the bot is leaving."""
        if interaction.type is discord.InteractionType.autocomplete:
            return not interaction.client.stopping
        interaction.client.answering()
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer whatever a command raised."""
        await answer_error(interaction, error)


async def sync_if_changed(tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake | None) -> bool:
    """Register the commands if they differ from what Discord has; whether they did.

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
