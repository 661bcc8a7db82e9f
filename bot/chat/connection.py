"""Keep the bot connected: where a connection cannot be made, or ends, try again for ever; say so once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import zlib
from collections.abc import Iterator
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot.chat.client import Charla
from bot.chat.pauses import Pauses
from bot.errors import CharlaError, SettingsError

log = logging.getLogger(__name__)

_TALKATIVE = ("discord.shard", "discord.http")
"""discord.py's loggers that have a line, some with a traceback, for each attempt to get through to Discord."""


_UNFORESEEN = "The connection to Discord failed"


class ConnectionLog(logging.Filter):
    """Logs that Discord is out of reach, and that it is back: a line when that changes, none for an attempt."""

    def __init__(self) -> None:
        super().__init__()
        self._state = ""

    @contextlib.contextmanager
    def instead_of_attempts(self) -> Iterator[None]:
        """Take the place, within the block, of what discord.py logs about its attempts."""
        loggers = [logging.getLogger(name) for name in _TALKATIVE]
        for logger in loggers:
            logger.addFilter(self)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Take a line of discord.py's about a failed attempt as news of the connection; let others pass."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, Exception):
            self.lost(error)
        return error is None and not self._state

    def lost(self, error: Exception) -> None:
        """Note that an attempt failed, or that a connection ended."""
        state = describe(error)
        if state == self._state:
            return
        self._state = state
        unforeseen = state == _UNFORESEEN
        log.warning(
            "%s: %s: %s. Trying again until it works", state, type(error).__name__, error,
            exc_info=error if unforeseen else None,
        )  # fmt: skip

    async def found(self, *_: object) -> None:
        """Note that a shard is connected; discord.py calls this."""
        if self._state:
            log.info("Connected again")
        self._state = ""


def describe(error: Exception) -> str:
    """Return what state the connection to Discord is in by an error: the same for errors that differ in details."""
    match error:
        case discord.HTTPException():
            return f"Discord answers {error.status}"
        case discord.ConnectionClosed():
            return f"Discord closed the connection ({error.code})"
        case aiohttp.ClientError() | OSError() | discord.GatewayNotFound():
            return "Discord cannot be reached"
        case zlib.error() | UnicodeDecodeError() | json.JSONDecodeError():
            return "Discord sent what cannot be read"
        case _:
            return _UNFORESEEN


def find_final(error: Exception) -> Exception | None:
    """Return what no further attempt can mend, in words for the operator where these can: else None."""
    match error:
        case discord.LoginFailure() | discord.ConnectionClosed(code=4004):
            return SettingsError(
                "DISCORD_TOKEN was refused by Discord: allowed is the token that Discord's portal shows"
            )
        case discord.PrivilegedIntentsRequired():
            return SettingsError("Discord's portal does not allow this bot the privileged intents that it asks for")
        case CharlaError() | commands.ExtensionError():
            return error
        case _:
            return None


async def stay_connected(bot: Charla, token: str, stop: asyncio.Future[Any], pauses: Pauses) -> None:
    """Connect the bot, again and again, until told to stop.

    A connection that has ended takes its client with it: each attempt has a fresh one.

    Raises:
        CharlaError: Discord refused the token, or a setting.
        discord.ext.commands.ExtensionError: a cog cannot be loaded.
    """
    watch, attempts = ConnectionLog(), 0
    with watch.instead_of_attempts():
        while not stop.done():
            for event in ("on_shard_connect", "on_shard_resumed"):
                bot.add_listener(watch.found, event)
            began = time.monotonic()
            error = await _connect(bot, token, stop)
            if error is None:
                return
            if final := find_final(error):
                raise final from None if final is not error else error.__cause__
            watch.lost(error)
            attempts = 1 if time.monotonic() - began > pauses.longest else attempts + 1
            await asyncio.wait({stop}, timeout=max(pauses.seconds(attempts), _asked_to_wait(error)))
            bot = bot.renewed()


async def _connect(bot: Charla, token: str, stop: asyncio.Future[Any]) -> Exception | None:
    """Connect, and serve until told to stop; return what ended the connection before, if anything did."""
    async with bot:
        connection = asyncio.create_task(bot.start(token))
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not connection.done():
                await bot.leave()
                return None
        finally:
            connection.cancel()
            await asyncio.wait({connection})
    error = connection.exception()
    if error is not None and not isinstance(error, Exception):
        raise error
    return error or ConnectionResetError("it ended without a reason")


def _asked_to_wait(error: Exception) -> float:
    """Return how many seconds Discord asks to stay away, as it does by 429."""
    response = getattr(error, "response", None)
    asked = response.headers.get("Retry-After", "") if isinstance(response, aiohttp.ClientResponse) else ""
    return float(asked) if asked.isdecimal() else 0.0
