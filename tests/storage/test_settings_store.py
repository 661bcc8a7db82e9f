"""The same tests for SQLite and PostgreSQL, real ones."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageError
from bot.storage.database import Database, DatabaseError
from bot.storage.server_settings import DEFAULTS, ServerSettings
from bot.storage.settings_store import SettingsStore
from tests.support.databases import KINDS, Proxied, RealDatabase, open_database

SERVER, OTHER = 2**63 - 1, 1_000_000_000_000_000_001
Open = Callable[..., Any]


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RealDatabase]:
    async with open_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def open_store(database: RealDatabase) -> AsyncIterator[Open]:
    """Open a store as a process of its own would; it waits long, as how busy the machine is proves nothing."""
    async with AsyncExitStack() as stack:

        async def open_store(kind: type[Database] = Database, **options: float) -> SettingsStore:
            store = SettingsStore(kind(database.url), **{"wait_seconds": 20.0} | options)
            stack.push_async_callback(store.aclose)
            await store.open()
            return store

        yield open_store


async def change(store: SettingsStore, server: int = SERVER, **changes: Any) -> ServerSettings:
    return await store.change(server, changes, lambda _: None)


async def text(database: RealDatabase, server: int = SERVER) -> str | None:
    raw = Database(database.url)
    try:
        return await raw.read(server)
    finally:
        await raw.close()


async def put(database: RealDatabase, row: str | None, server: int = SERVER) -> None:
    raw = Database(database.url)
    assert await raw.replace(server, await raw.read(server), row)
    await raw.close()


async def test_a_server_that_decided_nothing_has_the_operators_defaults_and_no_row(
    database: RealDatabase, open_store: Open
) -> None:
    store = await open_store()
    assert await store.get(SERVER) == DEFAULTS
    assert await change(store, top_n=None) == DEFAULTS
    assert await text(database) is None


async def test_a_change_is_seen_at_once_here_and_soon_elsewhere(open_store: Open) -> None:
    here, there = await open_store(fresh_seconds=60), await open_store(fresh_seconds=0.05)
    assert await here.get(SERVER) == await there.get(SERVER) == DEFAULTS
    await change(here, top_n=7, allowed_models=("a", "b"), keep_links=True, content_filter="off")
    expected = ServerSettings(top_n=7, allowed_models=("a", "b"), keep_links=True, content_filter="off")
    assert await here.get(SERVER) == expected
    await asyncio.sleep(0.06)
    assert await there.get(SERVER) == expected
    assert await here.get(OTHER) == DEFAULTS


async def test_what_was_stored_is_there_after_a_restart_until_it_is_taken_back(
    database: RealDatabase, open_store: Open
) -> None:
    await change(await open_store(), max_length=100, max_count=2)
    store = await open_store()
    assert await store.get(SERVER) == ServerSettings(max_length=100, max_count=2)
    await change(store, max_length=None, max_count=None)
    assert await text(database) is None


async def test_changes_at_the_same_time_are_all_kept(open_store: Open) -> None:
    stores = [await open_store() for _ in range(3)]
    names: dict[str, Any] = {"top_n": 3, "max_length": 5, "max_count": 7, "keep_links": False, "default_model": "x"}
    await asyncio.gather(*(change(stores[n % 3], SERVER, **{name: names[name]}) for n, name in enumerate(names)))
    assert await (await open_store()).get(SERVER) == ServerSettings.model_validate(names)


async def test_a_change_that_is_checked_and_refused_changes_nothing(open_store: Open) -> None:
    def refuse(settings: ServerSettings) -> None:
        assert settings == ServerSettings(top_n=3, max_count=4)
        raise LookupError

    store = await open_store()
    await change(store, top_n=3)
    with pytest.raises(LookupError):
        await store.change(SERVER, {"max_count": 4}, refuse)
    assert await store.get(SERVER) == await (await open_store()).get(SERVER) == ServerSettings(top_n=3)


@pytest.mark.parametrize(
    ("row", "settings", "complaint"),
    [
        ('{"top_n": 3, "mood": "merry", "deep": {"er": [1]}}', ServerSettings(top_n=3), ""),
        ('{"top_n": -3, "max_count": 4}', ServerSettings(max_count=4), "top_n: "),
        ('{"top_n": "many", "content_filter": "mild", "keep_links": []}', DEFAULTS, "content_filter: "),
        ('{"allowed_models": [], "max_length": 1e999}', DEFAULTS, "allowed_models: "),
        ('{"allowed_models": [1, "a"], "default_model": "\\u0000\\ud800"}', DEFAULTS, "no JSON object"),
        ("[]", DEFAULTS, "no JSON object"),
        ("", DEFAULTS, "no JSON object"),
        ("{", DEFAULTS, "no JSON object"),
        ("[" * 10_000, DEFAULTS, "no JSON object"),
    ],
)
async def test_another_versions_row_breaks_nothing(
    database: RealDatabase,
    open_store: Open,
    caplog: pytest.LogCaptureFixture,
    row: str,
    settings: ServerSettings,
    complaint: str,
) -> None:
    store = await open_store(fresh_seconds=0)
    await put(database, row)
    for _ in range(3):
        assert await store.get(SERVER) == settings
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == bool(complaint), "once, not a line a request"
    assert all(str(SERVER) in warning and complaint in warning for warning in warnings)
    assert (await change(store, max_count=9)).max_count == 9


async def test_what_this_version_does_not_understand_outlives_its_changes(
    database: RealDatabase, open_store: Open
) -> None:
    await put(database, '{"top_n": "many", "mood": "merry"}')
    await change(await open_store(), max_count=2)
    assert await text(database) == '{"max_count": 2, "mood": "merry", "top_n": "many"}'


async def test_a_server_is_forgotten(database: RealDatabase, open_store: Open) -> None:
    store = await open_store()
    await change(store, top_n=3)
    await change(store, OTHER, top_n=4)
    await store.forget(SERVER)
    assert await store.get(SERVER) == DEFAULTS
    assert await text(database) is None
    assert (await store.get(OTHER)).top_n == 4


async def test_a_database_that_is_away_at_the_start_is_used_when_it_comes(
    database: RealDatabase, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await database.go_away()
    store = await open_store(retry_seconds=0.05)
    for _ in range(20):
        assert await store.get(SERVER) == DEFAULTS
        await asyncio.sleep(0.01)
    with pytest.raises(StorageError, match="does not answer"):
        await change(store, top_n=3)
    await database.come_back()
    await change(store, top_n=3)
    assert (await store.get(SERVER)).top_n == 3
    assert caplog.text.count("The database does not answer") == 1
    assert caplog.text.count("The database answers again") == 1


async def test_a_database_that_goes_away_and_comes_back(
    database: RealDatabase, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(retry_seconds=0.05, fresh_seconds=0.01)
    await change(store, top_n=3)
    for times in (1, 2):
        await database.go_away()
        await asyncio.sleep(0.02)
        for _ in range(3):
            assert (await store.get(SERVER)).top_n == 3, "what is known stays in force"
            assert await store.get(OTHER) == DEFAULTS
        await database.come_back()
        await asyncio.sleep(0.06)
        assert (await store.get(SERVER)).top_n == 3
        assert caplog.text.count("The database does not answer") == times
        assert caplog.text.count("The database answers again") == times


class ReadOnly(Database):
    """A database that can be read, and takes changes only while `full` is false."""

    full = False
    refused = 0

    async def replace(self, server: int, before: str | None, after: str | None) -> bool:
        await self._refuse()
        return await super().replace(server, before, after)

    async def delete(self, server: int) -> None:
        await self._refuse()
        await super().delete(server)

    async def _refuse(self) -> None:
        if ReadOnly.full:
            ReadOnly.refused += 1
            raise DatabaseError("database or disk is full")


async def test_a_change_that_fails_suspends_nobodys_settings(
    open_store: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(ReadOnly, fresh_seconds=0, retry_seconds=3600)
    await change(store, OTHER, top_n=3)
    monkeypatch.setattr(ReadOnly, "full", True)
    with pytest.raises(StorageError, match="does not answer"):
        await change(store, SERVER, top_n=9)
    assert (await store.get(OTHER)).top_n == 3
    assert await store.get(SERVER) == DEFAULTS
    assert "disk is full" in caplog.text
    assert "does not answer" not in caplog.text


async def test_a_server_that_cannot_be_forgotten_yet_is_not_tried_again_at_each_request(
    open_store: Open, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(ReadOnly, fresh_seconds=0, retry_seconds=3600)
    monkeypatch.setattr(ReadOnly, "full", True)
    monkeypatch.setattr(ReadOnly, "refused", 0)
    await store.forget(SERVER)
    for _ in range(5):
        await store.get(OTHER)
    await store.aclose()
    assert ReadOnly.refused == 2, "when it left, and when the database answered next"
    assert caplog.text.count("still to be deleted") == 1


async def test_a_server_that_leaves_while_the_database_is_away_is_forgotten_later(
    database: RealDatabase, open_store: Open
) -> None:
    store = await open_store(retry_seconds=0.01)
    await change(store, top_n=3)
    await change(store, OTHER, top_n=3)
    await database.go_away()
    await store.forget(SERVER)
    await store.forget(OTHER)
    await database.come_back()
    await change(store, OTHER, top_n=5)  # it has invited the bot again
    async with asyncio.timeout(5):
        while await text(database) is not None:  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.01)
    assert await text(database, OTHER) == '{"top_n": 5}'


async def test_many_requests_at_once_are_one_question(open_store: Open) -> None:
    asked = []

    class Counted(Database):
        async def read(self, server: int) -> str | None:
            asked.append(server)
            return await super().read(server)

    store = await open_store(Counted)
    await asyncio.gather(*(store.get(server) for server in [SERVER, OTHER] * 50))
    await store.get(SERVER)
    assert sorted(asked) == sorted([SERVER, OTHER])


async def test_an_answer_that_comes_after_a_change_does_not_undo_it(open_store: Open) -> None:
    go_on = asyncio.Event()

    class FirstAnswerLate(Database):
        answers = 0

        async def read(self, server: int) -> str | None:
            answer = await super().read(server)
            self.answers += 1
            if self.answers == 1:
                await go_on.wait()
            return answer

    store = await open_store(FirstAnswerLate)
    asking = asyncio.create_task(store.get(SERVER))
    await asyncio.sleep(0.05)
    await change(store, top_n=3)
    go_on.set()
    await asking
    assert (await store.get(SERVER)).top_n == 3


async def test_a_database_that_hangs_holds_up_nobody(
    database: RealDatabase, open_store: Open, caplog: pytest.LogCaptureFixture
) -> None:
    if not isinstance(database, Proxied):
        pytest.skip("a file does not hang")
    store = await open_store(fresh_seconds=0, wait_seconds=0.05, retry_seconds=0.05)
    await change(store, top_n=3)
    database.holds_its_tongue = True
    for _ in range(3):
        assert (await store.get(SERVER)).top_n == 3
        assert await store.get(OTHER) == DEFAULTS
    assert caplog.text.count("The database does not answer (no answer within") == 1
    await database.go_away()
    database.holds_its_tongue = False
    await database.come_back()
    async with asyncio.timeout(20):
        while (await store.get(SERVER)).top_n != 3:  # noqa: ASYNC110 - until what hung has failed, and is tried again
            await asyncio.sleep(0.01)


async def test_two_processes_make_the_table_at_once(database: RealDatabase) -> None:
    several = [Database(database.url) for _ in range(4)]
    await asyncio.gather(*(one.prepare() for one in several))
    assert await several[0].replace(SERVER, None, "{}")
    assert not await several[1].replace(SERVER, None, "{}")
    assert not await several[2].replace(SERVER, "[]", "{}")
    assert await several[3].replace(SERVER, "{}", "{}")
    await asyncio.gather(*(one.close() for one in several))


async def test_why_it_does_not_answer_is_one_line_without_the_password(database: RealDatabase) -> None:
    if not isinstance(database, Proxied):
        pytest.skip("SQLite has no passwords")
    right = database.url
    wrong = Database(right.replace("//charla:", "//charla:wrong-"))
    with pytest.raises(DatabaseError, match="password authentication failed") as caught:
        await wrong.prepare()
    await wrong.close()
    assert "\n" not in str(caught.value)
    assert "wrong-" not in str(caught.value)


async def test_what_version_0_1_stored_holds(tmp_path: Path) -> None:
    """The dump is of a database that commit 85d4a96 made and wrote every setting into."""
    server = 200_000_000_000_000_002
    with closing(sqlite3.connect(tmp_path / "charla.db")) as database:
        database.executescript(Path(__file__).with_name("settings_of_0_1.sql").read_text())
    store = SettingsStore(Database(f"sqlite:///{tmp_path / 'charla.db'}"), fresh_seconds=0, wait_seconds=20.0)
    await store.open()
    stored = ServerSettings(
        default_model="other",
        top_n=7,
        allowed_models=("other", "tiny"),
        max_length=100,
        max_count=2,
        content_filter="except-age-restricted",
        keep_links=True,
    )
    assert await store.get(server) == stored
    assert await change(store, server, top_n=3) == stored.model_copy(update={"top_n": 3})
    assert await store.get(server) == stored.model_copy(update={"top_n": 3})
    await store.aclose()
