"""Open real databases for tests, each empty, that can go away and come back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import URL, make_url

POSTGRESQL_URL = os.environ.get("POSTGRESQL_TEST_URL", "")
"""A database in which schemas may be created; `.ci/with_postgresql COMMAND` runs one."""

KINDS = ("sqlite", "postgresql")


class RealDatabase(Protocol):
    """A database that can go away."""

    @property
    def url(self) -> str: ...

    async def go_away(self) -> None: ...

    async def come_back(self) -> None: ...


class SqliteFile:
    """A file in a folder that a stray file can take the place of, as when a volume is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._elsewhere = folder.with_name("elsewhere")
        self.url = f"sqlite:///{folder / 'charla.db'}"

    async def go_away(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._folder.rename(self._elsewhere)
        self._folder.touch()

    async def come_back(self) -> None:
        self._folder.unlink()
        self._elsewhere.rename(self._folder)


class Proxied:
    """PostgreSQL behind a proxy on loopback, which can be closed, and opened again at the same port.

    Attributes:
        holds_its_tongue: it takes connections, and what they send, and hands nothing back.
    """

    def __init__(self, behind: URL) -> None:
        self._behind = behind
        self._server: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self.holds_its_tongue = False

    @property
    def url(self) -> str:
        return self._behind.set(host="127.0.0.1", port=self._port).render_as_string(hide_password=False)

    async def go_away(self) -> None:
        if self._server:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def come_back(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._behind.host, self._behind.port)
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer, answers=True))
        finally:
            self._writers -= {writer, back}

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                if answers and self.holds_its_tongue:
                    continue
                target.write(data)
                await target.drain()
        target.close()


@asynccontextmanager
async def open_database(kind: str, folder: Path) -> AsyncIterator[Any]:
    """Open an empty database of a kind; skip the test where there is none."""
    if kind == "sqlite":
        yield SqliteFile(folder / "data")
        return
    if not POSTGRESQL_URL:
        pytest.skip("no PostgreSQL: POSTGRESQL_TEST_URL names no server (.ci/with_postgresql runs one)")
    name = f"charla_{secrets.token_hex(6)}"
    async with await psycopg.AsyncConnection.connect(POSTGRESQL_URL, autocommit=True) as server:
        # A schema that is found first: a database of its own would take half a second.
        await server.execute(f"CREATE SCHEMA {name}")
        proxied = Proxied(make_url(POSTGRESQL_URL).update_query_dict({"options": f"-csearch_path={name}"}))
        await proxied.come_back()
        try:
            yield proxied
        finally:
            await proxied.go_away()
            await server.execute(f"DROP SCHEMA {name} CASCADE")
