"""Read and write the one table, in SQLite or PostgreSQL: a text for each server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Executable,
    MetaData,
    NullPool,
    Table,
    Text,
    delete,
    make_url,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import SettingsError

STATEMENT_SECONDS = 8.0
"""How long a statement may take, connecting included."""
LOCK_SECONDS = 2.0
"""How long SQLite waits for another process's lock on the file."""
ALLOWED = "allowed are sqlite:///FILE and postgresql://USER:PASSWORD@HOST/DATABASE"
ESCAPES = "in a password, @ is written as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25"

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_NAMEABLE = {"postgresql", "mysql", "mariadb", "oracle", "mssql", "mongodb", "redis", "http", "https", "file"}
"""What a URL may begin with and be named in a message: anything else may be a part of a secret."""
_POSTGRESQL: Mapping[str, Any] = {
    # Fail instead of hanging where the server cannot be reached (seconds, seconds, milliseconds).
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "tcp_user_timeout": 4000,
    "application_name": "charla",
}
_METADATA = MetaData()
_ROWS = Table(
    "server_settings",
    _METADATA,
    Column("server_id", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", Text, nullable=False),
)


class DatabaseError(Exception):
    """The database does not answer; the message says why, in one line. Nobody but the log sees it."""


class Database:
    """A database with a row for each server.

    Args:
        url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`, with the parameters of libpq.

    Raises:
        SettingsError: the URL is neither.
    """

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        self._engine = _make_engine(self._url)
        self._prepared = False

    async def prepare(self) -> None:
        """Connect, and make the table if there is none.

        Raises:
            DatabaseError: the database does not answer.
        """
        async with self._begin():
            pass

    async def read(self, server: int) -> str | None:
        """Read a server's text; return None if there is no row.

        Raises:
            DatabaseError: the database does not answer.
        """
        async with self._begin() as connection:
            text: str | None = await connection.scalar(select(_ROWS.c.settings).where(_ROWS.c.server_id == server))
            return text

    async def replace(self, server: int, before: str | None, after: str | None) -> bool:
        """Replace `before` by `after`, each None for no row; return False if the row was not `before`, and stays.

        Raises:
            DatabaseError: the database does not answer.
        """
        if before == after:
            return await self.read(server) == before
        async with self._begin() as connection:
            statement = self._make_replacement(server, before, after)
            result = await connection.execute(statement, execution_options={"preserve_rowcount": True})
            return bool(result.rowcount)

    async def delete(self, server: int) -> None:
        """Delete a server's row, if there is one.

        Raises:
            DatabaseError: the database does not answer.
        """
        async with self._begin() as connection:
            await connection.execute(delete(_ROWS).where(_ROWS.c.server_id == server))

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    def _make_replacement(self, server: int, before: str | None, after: str | None) -> Executable:
        if before is None:
            insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
            return insert(_ROWS).values(server_id=server, settings=after).on_conflict_do_nothing()
        known: tuple[ColumnElement[bool], ...] = (_ROWS.c.server_id == server, _ROWS.c.settings == before)
        return delete(_ROWS).where(*known) if after is None else update(_ROWS).where(*known).values(settings=after)

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction, which is committed at the end of the block; make the table before if there is none."""
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):
                if not self._prepared:
                    await self._prepare()
                async with self._engine.begin() as connection:
                    yield connection
        except (SQLAlchemyError, OSError) as error:
            self._prepared = False  # the database that comes back may be another one, and empty
            raise DatabaseError(self._explain(error)) from None

    async def _prepare(self) -> None:
        if self._url.database and self._engine.dialect.name == "sqlite":
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            await self._make_table()
        except DBAPIError:  # another process may have made it at the same moment
            await self._make_table()
        self._prepared = True

    async def _make_table(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_METADATA.create_all)

    def _explain(self, error: Exception) -> str:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        reason = (str(cause).strip() or type(cause).__name__).splitlines()[0]
        for secret in sorted(_list_secrets(self._url), key=len, reverse=True):
            reason = reason.replace(secret, "***")
        return reason


def _list_secrets(url: URL) -> set[str]:
    """Return the parts of a URL that are never told, as they are and as they stand there."""
    given = [url.password, *(value for name, value in url.query.items() if "pass" in name)]
    plain = {str(value) for value in given if value}
    return plain | {quote(value, safe="") for value in plain}


def parse_url(text: str) -> URL:
    """Parse a database's URL, and set the driver that Charla uses.

    Raises:
        SettingsError: it names no database that can be used.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):
        raise SettingsError(f"DATABASE_URL is no URL: {ALLOWED}; {ESCAPES}") from None
    if url.drivername not in _DRIVERS:
        scheme = repr(url.drivername) if url.drivername.partition("+")[0] in _NAMEABLE else "something else"
        raise SettingsError(f"DATABASE_URL begins with {scheme}: {ALLOWED}")
    url = url.set(drivername=_DRIVERS[url.drivername])
    if url.drivername != _DRIVERS["sqlite"] and text.count("@") > 1:
        # A part of the password would be taken for the server's or the user's name, which are looked up and logged.
        raise SettingsError(f"DATABASE_URL has an @ too many: {ALLOWED}; {ESCAPES}")
    if url.drivername == _DRIVERS["sqlite"]:
        named = url.database not in {None, "", ":memory:"}
        if url.host or url.query or not named:
            raise SettingsError(
                "DATABASE_URL names no file: allowed is sqlite:///FILE (four slashes before a path from the root), "
                "nothing after it"
            )
    return url


def _make_engine(url: URL) -> AsyncEngine:
    if url.drivername == _DRIVERS["sqlite"]:
        # A new connection for each statement never uses a file that was deleted or replaced.
        return create_async_engine(
            url, poolclass=NullPool, connect_args={"timeout": LOCK_SECONDS}, hide_parameters=True
        )
    _check_parameters(url)
    own = {name: value for name, value in _POSTGRESQL.items() if name not in url.query}
    return create_async_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=STATEMENT_SECONDS,
        # Poolers such as PgBouncer do not carry prepared statements from one transaction to the next.
        connect_args={**own, "prepare_threshold": None},
        hide_parameters=True,
    )


def _check_parameters(url: URL) -> None:
    try:
        from psycopg import Error, conninfo  # noqa: PLC0415 - only where PostgreSQL is used
    except ImportError:
        raise SettingsError(
            "DATABASE_URL names PostgreSQL, whose driver is not installed here: `pip install 'charla[postgres]'` has it"
        ) from None

    try:
        conninfo.make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except Error:
        # Its message has the parameter, which may be the rest of a password.
        raise SettingsError(f"DATABASE_URL has a parameter that PostgreSQL does not know; {ESCAPES}") from None
