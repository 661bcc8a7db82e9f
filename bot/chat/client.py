"""Run the discord.py client: load the cogs, keep the commands registered, and leave in order."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from importlib import import_module
from typing import Any, cast

import aiohttp
import discord
import yarl
from discord import AppCommandOptionType, app_commands
from discord.ext import commands

from bot.chat.arrivals import Arrivals
from bot.chat.command_sync import sync_if_changed
from bot.chat.discord_codes import NOBODYS_FAULT
from bot.chat.error_messages import answer_error, suggest_nothing
from bot.chat.gateway import Gateway
from bot.chat.handling import counted, follow_interactions, note_outcome, trace_acknowledgements
from bot.chat.logins import Logins
from bot.chat.model_reader import ModelReader
from bot.chat.pauses import Pauses
from bot.chat.policy import Policies
from bot.chat.proxy import find_proxy
from bot.chat.repetition import watch_repetitions
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
MAX_CONNECTIONS = 64
"""How many connections to Discord there are at most; they are used again. Each is an open file."""
LAST_REPLIES_SECONDS = 15.0
"""How long the last replies may take to go out once all requests are finished or given up."""


def _is_a_fault(record: logging.LogRecord) -> bool:
    """Return whether discord.py logs an error that is a fault: suggestions are often late, while people type on.

    Its line about suggestions names the person who typed: that is taken out.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(record.args, tuple) and "autocomplete" in str(record.msg):
        record.msg, record.args = "Suggestions for %r failed", record.args[:1]
    return not (isinstance(error, discord.HTTPException) and error.code in NOBODYS_FAULT)


_KINDS: dict[AppCommandOptionType, type] = {
    AppCommandOptionType.string: str,
    AppCommandOptionType.integer: int,
    AppCommandOptionType.boolean: bool,
}
"""What the values of options are in Python."""

logging.getLogger("discord.app_commands.tree").addFilter(_is_a_fault)


def _trace() -> aiohttp.TraceConfig:
    """Return the trace of the client's requests."""
    trace = trace_acknowledgements(trace_requests())
    watch_repetitions(trace)
    return trace


class Charla(commands.AutoShardedBot):
    """The bot. `bot.app.open_bot` makes it, and hands it all it needs.

    Args:
        settings: the operator's settings.
        store: keeps servers' own settings.
        pool: writes.
        policies: says what holds in a place.
        responder: answers with text.
        gateway: knows of the connection.
        models: reads the models again.
    """

    def __init__(  # noqa: PLR0913 - a part each
        self,
        settings: Settings,
        store: SettingsStore,
        pool: WorkerPool,
        policies: Policies,
        responder: Responder,
        gateway: Gateway,
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
            http_trace=_trace(),
        )
        self.settings = settings
        self.store = store
        self.pool = pool
        self.policies = policies
        self.responder = responder
        self.gateway = gateway
        self.gateway.use(self)
        self.models = models
        self.stopping = False
        self._answering: set[asyncio.Task[Any]] = set()
        self._launches: Counter[int] = Counter()
        self._logins = Logins()
        self._timeout = aiohttp.ClientTimeout(total=responder.times.request)
        self.http.request = partial(self.http.request, timeout=self._timeout)  # type: ignore[method-assign]
        parsers = self._connection.parsers
        reader = guard_parsers(parsers, self._connection, self._refuse)
        arrivals = Arrivals(reader, reader.refuse, responder.times.ages)
        parsers[INTERACTION] = follow_interactions(arrivals, gateway.metrics)
        # Messages that were changed or deleted are nothing to answer.
        for event in ("MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"):
            parsers.pop(event)

    async def login(self, token: str) -> None:
        """Log in, by a session with a bounded number of connections, and by the operator's proxy if there is one.

        Only now is it known where discord.py is pointed at.
        """
        self.http.connector = aiohttp.TCPConnector(limit=MAX_CONNECTIONS)
        self.http.proxy = find_proxy(self.settings)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands, before the first interaction can arrive."""
        # Interactions are answered by this session; there is no public way to its time-out. A simulator of Discord that
        # runs the bot without a network has no session.
        session = getattr(self.http, "_HTTPClient__session", None)
        if isinstance(session, aiohttp.ClientSession):
            session._timeout = self._timeout  # noqa: SLF001
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

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that a shard is connected."""
        self.gateway.note_connected(shard_id, self._all_shards)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that a shard is connected again, and has missed nothing."""
        self.gateway.note_connected(shard_id, self._all_shards)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that a shard is not connected any more."""
        self.gateway.note_lost(shard_id)

    @property
    def _all_shards(self) -> Iterable[int]:
        """The shards that this process connects, also those whose turn has not come yet."""
        return self.shard_ids or range(self.shard_count or 1)

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

    def _refuse(self, interaction: discord.Interaction, reason: str) -> None:
        """Tell the person behind an interaction that is not read why there will be no answer."""

        async def refuse() -> None:
            with counted():
                await answer_error(interaction, RefusalError(reason))

        task = asyncio.create_task(refuse())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a session may be begun: discord.py calls this before each."""
        await super().before_identify_hook(shard_id, initial=initial)
        await self._logins.take()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard. discord.py calls this every five seconds while it fails: wait longer from time to time."""
        self._launches[shard_id] += 1
        if self._launches[shard_id] > 1:
            await asyncio.sleep(PAUSES.seconds(self._launches[shard_id] - 1))
        await super().launch_shard(gateway, shard_id, initial=initial)
        # Between its attempts to get a shard back, discord.py would wait up to 2^10 seconds.
        self.shards[shard_id]._parent._backoff._max = 4  # noqa: SLF001 - there is no public way to them

    def renewed(self) -> Charla:
        """Return another client of the same parts: one whose connection ended cannot connect again."""
        renewed = Charla(self.settings, self.store, self.pool, self.policies, self.responder, self.gateway, self.models)
        renewed._logins = self._logins
        return renewed

    async def close(self) -> None:
        """Disconnect; discord.py calls this, too, for a connection that failed: replies under way go out first."""
        if self._answering and not self.stopping:
            await asyncio.wait(self._answering, timeout=self.settings.grace_period)
        await super().close()
        self.gateway.note_closed()

    async def leave(self) -> None:
        """Take no more requests, finish what runs within the grace period, answer all others, and disconnect."""
        if self.stopping:
            return
        self.stopping = True
        log.info("Stopping; replies to finish: %d", len(self._answering))
        end = time.monotonic() + self.settings.grace_period
        await self.responder.wait_until_submitted(self.settings.grace_period)
        await asyncio.to_thread(self.pool.stop, max(0.0, end - time.monotonic()))
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_REPLIES_SECONDS)
        await self.close()


def _check_kinds(interaction: discord.Interaction[Charla]) -> None:
    """Check that a command's values are of the kinds that it declares; discord.py hands on whatever was sent.

    Raises:
        app_commands.CommandSignatureMismatch: one is not.
    """
    command, data = interaction.command, cast("dict[str, Any]", interaction.data or {})
    if not isinstance(command, app_commands.Command):
        return
    for option in data.get("options") or ():
        parameter, value = command.get_parameter(str(option.get("name"))), option.get("value")
        kind = _KINDS.get(parameter.type) if parameter else None
        if kind and value is not None and type(value) is not kind:  # True would be an int
            raise app_commands.CommandSignatureMismatch(command)


class Commands(app_commands.CommandTree[Charla]):
    """The command tree: every command passes it on its way in, and every command's error on its way out."""

    async def interaction_check(self, interaction: discord.Interaction[Charla], /) -> bool:
        """Let no command in once the bot is leaving, and none with a value of another kind than it was declared with.

        Raises:
            app_commands.CommandSignatureMismatch: a value is of another kind.
        """
        if interaction.type is discord.InteractionType.autocomplete:
            return not self.client.stopping
        _check_kinds(interaction)
        try:
            self.client.register_answer()
        except RefusalError as error:  # discord.py hands on errors of its own kind alone
            await answer_error(interaction, error)
            return False
        return True

    async def _call(self, interaction: discord.Interaction[Charla]) -> None:
        """Carry out a command, or suggest what to type, and count it."""
        with counted():
            await self._carry_out(interaction)

    async def _carry_out(self, interaction: discord.Interaction[Charla]) -> None:
        """Carry out a command, or suggest what to type; answer also what discord.py would leave unanswered."""
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError as error:
            await answer_error(interaction, error)
        except Exception as error:  # noqa: BLE001 - raised by discord.py, which could not read what was typed or chosen
            note_unreadable(INTERACTION, error)
            await answer_error(interaction, RefusalError(UNREADABLE))
        if interaction.type is discord.InteractionType.autocomplete and not interaction.response.is_done():
            note_outcome("refused" if self.client.stopping else "failed")
            await suggest_nothing(interaction)

    async def on_error(self, interaction: discord.Interaction[Charla], error: app_commands.AppCommandError, /) -> None:
        """Answer an error that a command raised."""
        await answer_error(interaction, error)
