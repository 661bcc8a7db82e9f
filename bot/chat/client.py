"""Run the discord.py client: load the cogs, keep the commands registered, and leave in order."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from importlib import import_module
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands

from bot.chat.command_sync import sync_if_changed
from bot.chat.discord_codes import NOBODYS_FAULT
from bot.chat.error_messages import answer_error, suggest_nothing
from bot.chat.model_reader import ModelReader
from bot.chat.pauses import Pauses
from bot.chat.policy import Policies
from bot.chat.request_tracker import trace_requests
from bot.chat.respond import Responder
from bot.chat.unreadable import INTERACTION, UNREADABLE, guard_parsers, note_unreadable
from bot.errors import RefusalError, SettingsError
from bot.generation.scheduler import RESTARTING, WorkerPool
from bot.settings import Settings
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)

# Charla never speaks: that the libraries for voice are missing is nothing to warn of.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

COGS_PACKAGE = "cogs"
"""Loaded by its name: the bot knows nothing of the cogs, which stand on it."""
PAUSES = Pauses()
LAST_REPLIES_SECONDS = 5.0
"""How long the last replies may take to go out once all requests are finished or given up."""


def _is_a_fault(record: logging.LogRecord) -> bool:
    """Return whether discord.py logs an error that is a fault: suggestions are often late, while people type on."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, discord.HTTPException) and error.code in NOBODYS_FAULT)


logging.getLogger("discord.app_commands.tree").addFilter(_is_a_fault)


class Charla(commands.AutoShardedBot):
    """The bot. `bot.app.open_bot` makes it, and hands it all it needs.

    Args:
        settings: the operator's settings.
        store: keeps servers' own settings.
        pool: writes.
        policies: says what holds in a place.
        responder: answers with text.
        models: reads the models again.
    """

    def __init__(
        self,
        settings: Settings,
        store: SettingsStore,
        pool: WorkerPool,
        policies: Policies,
        responder: Responder,
        models: ModelReader,
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
        self.models = models
        self.stopping = False
        self._answering: set[asyncio.Task[Any]] = set()
        self._launches: Counter[int] = Counter()
        guard_parsers(self._connection.parsers, self._connection, self._refuse_unreadable)
        # Messages that were changed or deleted are nothing to answer.
        for event in ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"):
            self._connection.parsers.pop(event)

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands, before the first interaction can arrive."""
        await self.store.open()
        for cog in import_module(COGS_PACKAGE).COGS:
            await self.load_extension(f"{COGS_PACKAGE}.{cog}")
        guild = discord.Object(self.settings.development_guild) if self.settings.development_guild else None
        if guild:
            self.tree.copy_global_to(guild=guild)
        try:
            await sync_if_changed(self.tree, guild)
        except (discord.Forbidden, discord.NotFound):
            if guild is None:
                raise
            raise SettingsError(f"DEVELOPMENT_GUILD {guild.id}: allowed is a server that has the bot") from None

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

    def _refuse_unreadable(self, interaction: discord.Interaction) -> None:
        """Tell the person behind an interaction that cannot be read that there will be no answer."""
        task = asyncio.create_task(answer_error(interaction, RefusalError(UNREADABLE)))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard. discord.py calls this every five seconds while it fails: wait longer from time to time."""
        self._launches[shard_id] += 1
        if self._launches[shard_id] > 1:
            await asyncio.sleep(PAUSES.seconds(self._launches[shard_id] - 1))
        await super().launch_shard(gateway, shard_id, initial=initial)
        # The pauses between discord.py's own attempts to get a shard back would grow to 17 minutes.
        self.shards[shard_id]._parent._backoff._max = 7  # noqa: SLF001 - there is no public way to them

    def renewed(self) -> Charla:
        """Return another client of the same parts: one whose connection ended cannot connect again."""
        return Charla(self.settings, self.store, self.pool, self.policies, self.responder, self.models)

    async def close(self) -> None:
        """Disconnect; discord.py calls this, too, for a connection that failed: replies under way go out first."""
        if self._answering and not self.stopping:
            await asyncio.wait(self._answering, timeout=self.settings.grace_period)
        await super().close()

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
        return True

    async def _call(self, interaction: discord.Interaction[Charla]) -> None:
        """Carry out a command, or suggest what to type; answer also what discord.py would leave unanswered."""
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError as error:
            await answer_error(interaction, error)
        except Exception as error:  # noqa: BLE001 - raised by discord.py, which could not read what was typed or chosen
            note_unreadable(INTERACTION, error)
            await answer_error(interaction, RefusalError(UNREADABLE))
        if interaction.type is discord.InteractionType.autocomplete and not interaction.response.is_done():
            await suggest_nothing(interaction)

    async def on_error(self, interaction: discord.Interaction[Charla], error: app_commands.AppCommandError, /) -> None:
        """Answer an error that a command raised."""
        await answer_error(interaction, error)
