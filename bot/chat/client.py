"""Run the discord.py client: load the cogs, keep the commands registered, and leave in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.command_sync import sync_if_changed
from bot.chat.error_messages import answer_error
from bot.chat.policy import Policies
from bot.chat.readable_json import make_readable
from bot.chat.request_tracker import trace_requests
from bot.chat.respond import Responder
from bot.errors import RefusalError
from bot.generation.scheduler import RESTARTING, WorkerPool
from bot.settings import Settings
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)

# Charla never speaks: that the libraries for voice are missing is nothing to warn of.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

COGS_PACKAGE = "cogs"
"""Loaded by its name: the bot knows nothing of the cogs, which stand on it."""
LAST_REPLIES_SECONDS = 5.0
"""How long the last replies may take to go out once all requests are finished or given up."""


class Charla(commands.AutoShardedBot):
    """The bot. `bot.app.open_bot` makes it, and hands it all it needs.

    Args:
        settings: the operator's settings.
        store: keeps servers' own settings.
        pool: writes.
        policies: says what holds in a place.
        responder: answers with text.
    """

    def __init__(
        self, settings: Settings, store: SettingsStore, pool: WorkerPool, policies: Policies, responder: Responder
    ) -> None:
        talks = settings.answer_mentions
        super().__init__(
            command_prefix=commands.when_mentioned,  # discord.py wants one; see `on_message`
            help_command=None,
            tree_cls=Commands,
            intents=discord.Intents(guilds=True, guild_messages=talks, dm_messages=talks),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            max_messages=None,
            http_trace=trace_requests(),
        )
        self.settings = settings
        self.store = store
        self.pool = pool
        self.policies = policies
        self.responder = responder
        self.stopping = False
        self._answering: set[asyncio.Task[Any]] = set()
        self._read_messages_safely()

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands, before the first interaction can arrive."""
        await self.store.open()
        for cog in import_module(COGS_PACKAGE).COGS:
            await self.load_extension(f"{COGS_PACKAGE}.{cog}")
        guild = discord.Object(self.settings.development_guild) if self.settings.development_guild else None
        if guild:
            self.tree.copy_global_to(guild=guild)
        await sync_if_changed(self.tree, guild)

    def _read_messages_safely(self) -> None:
        """Keep a message that discord.py cannot read from ending its connection.

        It is not handed those that were changed or deleted, which are nothing to answer.
        """
        parsers = self._connection.parsers
        parse = parsers["MESSAGE_CREATE"]

        def parse_safely(event: dict[str, Any]) -> None:
            try:
                make_readable(event)
                parse(event)
            except Exception:
                log.exception("A message could not be read")

        parsers["MESSAGE_CREATE"] = parse_safely
        for event in ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"):
            parsers.pop(event)

    async def on_message(self, message: discord.Message, /) -> None:
        """Look for no command in a message, as discord.py would: a cog answers it."""

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Forget a server that removed the bot (for one that is out of reach, discord.py does not call this)."""
        await self.store.forget(guild.id)

    async def on_ready(self) -> None:
        """Log that the bot answers, and how to invite it while it is in no server."""
        log.info("Connected as %s; servers: %d", self.user, len(self.guilds))
        if not self.guilds:
            log.info("In no server yet. Invite the bot: %s", self.invite_link)

    @property
    def invite_link(self) -> str:
        """The address at which a person invites the bot to a server."""
        return discord.utils.oauth_url(self.application_id or 0, scopes=("bot", "applications.commands"))

    @property
    def install_link(self) -> str:
        """The address at which people install the bot for themselves, to use it everywhere."""
        link = discord.utils.oauth_url(self.application_id or 0, scopes=("applications.commands",))
        return f"{link}&integration_type=1"

    def register_answer(self) -> None:
        """Note that the current task answers an interaction: leaving waits for it.

        Raises:
            RefusalError: the bot is leaving.
        """
        if self.stopping:
            raise RefusalError(RESTARTING)
        task = asyncio.current_task()
        if task:
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def leave(self) -> None:
        """Take no more requests, finish what runs within the grace period, answer all others, and disconnect."""
        if self.stopping:
            return
        self.stopping = True
        log.info("Stopping; replies to finish: %d", len(self._answering))
        await asyncio.to_thread(self.pool.stop, self.settings.grace_period)
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_REPLIES_SECONDS)
        await self.close()


class Commands(app_commands.CommandTree[Charla]):
    """The command tree: every command passes it on its way in, and every command's error on its way out."""

    async def interaction_check(self, interaction: discord.Interaction[Charla], /) -> bool:
        """Let no command in once the bot is leaving."""
        if interaction.type is discord.InteractionType.autocomplete:
            return not self.client.stopping
        try:
            self.client.register_answer()
        except RefusalError as error:  # discord.py hands on errors of its own kind alone
            await answer_error(interaction, error)
            return False
        for message in _messages_along_with(interaction):
            make_readable(message)
        return True

    async def on_error(self, interaction: discord.Interaction[Charla], error: app_commands.AppCommandError, /) -> None:
        """Answer an error that a command raised."""
        await answer_error(interaction, error)


def _messages_along_with(interaction: discord.Interaction[Charla]) -> list[Any]:
    """Return the JSON of the messages that a command from a menu is used on: discord.py reads it after the check."""
    data: Mapping[str, Any] = interaction.data or {}
    return list(data.get("resolved", {}).get("messages", {}).values())
