"""Read and change servers' settings, at once even while the database does not answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import StorageError
from bot.storage.database import Database, DatabaseError
from bot.storage.server_settings import DEFAULTS, ServerSettings, parse_settings, revise_row

log = logging.getLogger(__name__)

FRESH_SECONDS = 5.0
"""How long settings are served without being read again: other processes see a change after this time at most."""
WAIT_SECONDS = 1.0
"""How long a request waits for the database: Discord wants a first answer within 3 seconds."""
RETRY_SECONDS = 5.0
"""How long a database that does not answer is left alone."""
MAX_KNOWN = 10_000
MAX_ATTEMPTS = 10


class SettingsStore:
    """Servers' own settings, in a database and in memory.

    Args:
        database: the database that keeps them.
        fresh_seconds: how long settings are served without being read again.
        wait_seconds: how long a request waits for the database.
        retry_seconds: how long a database that does not answer is left alone.
    """

    def __init__(
        self,
        database: Database,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._database = database
        self._fresh_seconds = fresh_seconds
        self._wait_seconds = wait_seconds
        self._retry_seconds = retry_seconds
        self._known: dict[int, tuple[ServerSettings, float]] = {}  # with the time until which they are fresh
        self._readings: dict[int, asyncio.Task[ServerSettings]] = {}
        self._logged_texts: dict[int, str | None] = {}
        self._to_forget: set[int] = set()
        self._forget_at = 0.0
        self._forgetting: asyncio.Task[None] | None = None
        self._changes = 0  # counts writes, so that a read that was under way meanwhile is not remembered
        self._is_away = False
        self._retry_at = 0.0

    @property
    def is_away(self) -> bool:
        """Whether the database did not answer when it was last asked."""
        return self._is_away

    async def open(self) -> None:
        """Connect, or say in the log that the database does not answer. Raises nothing."""
        try:
            await self._database.prepare()
        except DatabaseError as error:
            self._note_outage(str(error))

    async def aclose(self) -> None:
        """Wait for the reads and writes under way, and close all connections."""
        under_way = [*self._readings.values(), *filter(None, [self._forgetting])]
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._database.close()

    async def get(self, server: int) -> ServerSettings:
        """Return a server's settings; while the database does not answer, the last that are known. Raises nothing."""
        settings, until = self._known.get(server, (DEFAULTS, 0.0))
        now = time.monotonic()
        if now < until:
            return settings
        if self._is_away:
            if now < self._retry_at:
                return settings
            self._retry_at = now + self._retry_seconds  # this request tries; others need not wait as well
        reading = self._readings.get(server) or self._start_reading(server)
        # The read itself goes on when the request stops waiting for it.
        await asyncio.wait({reading}, timeout=self._wait_seconds)
        if not reading.done():
            self._note_outage(f"no answer within {self._wait_seconds:g} s")
            return settings
        return reading.result()

    async def change(
        self, server: int, changes: Mapping[str, Any], check: Callable[[ServerSettings], None]
    ) -> ServerSettings:
        """Change some of a server's settings, all or nothing; others that are changed at the same time are kept.

        Args:
            server: the server's id.
            changes: new values by the settings' names; None for the operator's value. If empty, the settings are read.
            check: is called with the changed settings before they are stored; what it raises stops the change.

        Raises:
            StorageError: it could not be stored.
        """
        self._to_forget.discard(server)
        try:
            for _ in range(MAX_ATTEMPTS):
                before = await self._database.read(server)
                after = revise_row(before, changes) if changes else before
                settings, _problems = parse_settings(after)
                check(settings)
                if await self._database.replace(server, before, after):
                    self._changes += 1
                    self._remember(server, settings)
                    self._note_answer()
                    return settings
        except DatabaseError as error:
            # No word of an outage: a database that takes no changes may still be read, and other servers' rules hold.
            log.warning("A change of settings could not be stored: %s", error)
            raise StorageError(
                "The settings are out of reach now: their database does not answer. Please try again in a minute."
            ) from None
        raise StorageError("Others are changing the settings as well. Please look at them, and try again.")

    async def forget(self, server: int) -> None:
        """Delete a server's settings; if the database does not answer, as soon as it does. Raises nothing."""
        self._changes += 1
        self._known.pop(server, None)
        self._logged_texts.pop(server, None)
        try:
            await self._database.delete(server)
            self._to_forget.discard(server)
        except DatabaseError as error:
            if server in self._to_forget:
                self._forget_at = time.monotonic() + self._retry_seconds
                return
            self._to_forget.add(server)
            log.warning("The settings of server %d are still to be deleted: %s", server, error)

    def _start_reading(self, server: int) -> asyncio.Task[ServerSettings]:
        reading = asyncio.create_task(self._read(server))
        self._readings[server] = reading
        reading.add_done_callback(lambda _: self._readings.pop(server))
        return reading

    async def _read(self, server: int) -> ServerSettings:
        changes = self._changes
        try:
            text = await self._database.read(server)
        except DatabaseError as error:
            self._note_outage(str(error))
            return self._known.get(server, (DEFAULTS, 0.0))[0]
        self._note_answer()
        settings, problems = parse_settings(text)
        self._log_problems(server, text, problems)
        if changes == self._changes:  # else the row may have been changed since
            self._remember(server, settings)
        return settings

    def _remember(self, server: int, settings: ServerSettings) -> None:
        self._known.pop(server, None)
        if len(self._known) >= MAX_KNOWN:
            del self._known[next(iter(self._known))]  # that was read longest ago
        self._known[server] = settings, time.monotonic() + self._fresh_seconds

    def _log_problems(self, server: int, text: str | None, problems: list[str]) -> None:
        """Log what is wrong with a row, once for each text of it."""
        if problems and self._logged_texts.get(server) != text:
            self._logged_texts[server] = text
            log.warning(
                "Settings of server %d are wrong, the operator's defaults hold for them: %s",
                server,
                "; ".join(problems),
            )

    def _note_outage(self, reason: str) -> None:
        self._retry_at = time.monotonic() + self._retry_seconds
        if not self._is_away:
            self._is_away = True
            log.warning(
                "The database does not answer (%s): until it does, servers' settings hold as far as they are known",
                reason,
            )

    def _note_answer(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("The database answers again: servers' own settings hold")
        is_due = self._to_forget and time.monotonic() >= self._forget_at
        if is_due and (self._forgetting is None or self._forgetting.done()):
            self._forgetting = asyncio.create_task(self._forget_remaining())

    async def _forget_remaining(self) -> None:
        for server in list(self._to_forget):
            if server in self._to_forget:  # it may have been changed again meanwhile
                await self.forget(server)
