"""A connection that cannot be made, or that ends: the bot tries for ever, and says so once."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace

import pytest

from bot.chat.arrivals import Ages
from bot.chat.connection import ConnectionLog
from bot.chat.pauses import Pauses
from bot.errors import SettingsError
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.gate import Gate
from tests.support.replies import ask, description
from tests.support.running_bot import NO_PROGRESS, Start
from tests.support.waiting import wait_until

LOGIN = "^/users/@me$"
AT_ONCE = Limits(identify_seconds=0)
TRYING = "Trying again until it works"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if TRYING in record.getMessage()]


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        ({"drop": "before"}, "Discord cannot be reached: ServerDisconnectedError"),
        ({"status": 503}, "Discord answers 503"),
        ({"status": 403, "body": {"code": 40333, "message": "internal network error"}}, "Discord answers 403"),
        ({"status": 429, "headers": {"Via": "", "Retry-After": "0"}}, "Discord answers 429"),
    ],
)
async def test_a_login_that_fails_is_tried_again_and_told_once(
    start: Start, caplog: pytest.LogCaptureFixture, effect: dict[str, object], line: str
) -> None:
    async with WireServer(people=["ana"]) as server:
        server.faults.add("GET", LOGIN, times=4, **effect)  # type: ignore[arg-type]
        running = await start(server)
        assert description(await ask(running, {"seed": "It was"}))
        assert server.faults.pending == 0
        (told,) = lines(caplog)
        assert told.startswith(line)
        assert caplog.text.count("Connected again") == 1
        await running.stop()


async def test_another_reason_is_another_line(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    async with WireServer() as server:
        server.faults.add("GET", LOGIN, times=2, status=503)
        server.faults.add("GET", r"/commands$", times=2, drop="before")
        await (await start(server)).stop()
        assert [line.split(":")[0] for line in lines(caplog)] == ["Discord answers 503", "Discord cannot be reached"]


@pytest.mark.parametrize("key", ["session_id", "resume_gateway_url"])
async def test_a_session_that_begins_in_an_unforeseen_way_is_begun_anew(start: Start, key: str) -> None:
    async with WireServer(people=["ana"], limits=AT_ONCE) as server:
        server.faults.spoil("READY", lambda data: data.pop(key))
        running = await start(server)
        await wait_until(lambda: server.identifies == 2 and server.sessions)
        assert description(await ask(running, {"seed": "It was"}))
        await running.stop()


async def test_replies_under_way_go_out_before_a_failed_connection_is_made_again(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with WireServer(people=["ana"], limits=AT_ONCE) as server:
        running = await start(server, make_copy=Gate, workers=1)
        waiting = await server.slash("generate", {"seed": "It was"})
        await waiting.acknowledgement()
        await server.dispatch("RESUMED", None)  # type: ignore[arg-type] # which discord.py takes for an object
        Gate.opened.set()
        await waiting.settled()
        assert description(waiting)
        await wait_until(lambda: server.identifies == 2 and server.sessions)
        assert description(await ask(running, {"seed": "It was"}))
        (told,) = lines(caplog)
        assert told.startswith("The connection to Discord failed: TypeError")
        await running.stop()


@pytest.mark.parametrize("code", [1000, 1006, 4000, 4001, 4007, 4008, 4009, 4010, 4011, 4012, 4013])
async def test_however_the_gateway_closes_the_bot_comes_back(start: Start, code: int) -> None:
    async with WireServer(people=["ana"], limits=AT_ONCE) as server:
        running = await start(server)
        await server.end(code) if code != 1006 else server.drop()
        await wait_until(lambda: server.sessions)
        assert description(await ask(running, {"seed": "It was"}))
        await running.stop()


async def test_a_token_that_is_refused_later_ends_the_process(start: Start) -> None:
    async with WireServer(people=["ana"]) as server:
        running = await start(server)
        await server.end(4004)
        with pytest.raises(SettingsError, match="DISCORD_TOKEN was refused by Discord"):
            await running.serving
        running.serving = asyncio.create_task(asyncio.sleep(0))  # or its error would come up once more at the end


async def test_a_development_server_without_the_bot_is_a_wrong_setting(start: Start) -> None:
    async with WireServer() as server:
        with pytest.raises(SettingsError, match="DEVELOPMENT_GUILD 5: allowed is a server that has the bot"):
            await start(server, development_guild=5)


async def test_it_tries_for_ever_in_one_line_and_stops_when_told_to(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with WireServer(limits=AT_ONCE) as server:
        running = await start(server)
        server.faults.add("GET", LOGIN, times=1000, status=503)
        await server.end(4011)
        await wait_until(lambda: server.faults.pending < 990)
        await running.stop()
        assert [line.split(":")[0] for line in lines(caplog)] == [
            "Discord closed the connection (4011)", "Discord answers 503",
        ]  # fmt: skip


async def test_interactions_that_are_replayed_too_late_are_dropped_with_one_line(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start(times=replace(NO_PROGRESS, ages=Ages(gathered=0.1)))
    await ask(running, {"seed": "It was"})
    half_a_minute = 30_000 << 22
    running.server.faults.spoil(
        "INTERACTION_CREATE", lambda data: data.update(id=str(int(data["id"]) - half_a_minute)), times=3
    )
    before = len(running.server.requests)
    for _ in range(3):
        await running.server.slash("generate", {"seed": "It was"})
    await wait_until(lambda: "came too late to be answered" in caplog.text)
    assert len(running.server.requests) == before
    assert description(await ask(running, {"seed": "It was"}))


def test_pauses_grow_to_minutes_and_differ() -> None:
    pauses = Pauses()
    for attempts, longest in ((1, 1), (2, 2), (5, 16), (8, 120), (5000, 120)):
        drawn = {pauses.seconds(attempts) for _ in range(100)}
        assert len(drawn) > 90
        assert longest / 2 <= min(drawn) <= max(drawn) <= longest


async def test_a_shard_is_tried_to_be_got_back_twice_a_minute(start: Start) -> None:
    running = await start()
    delays = [running.bot.shards[0]._parent._backoff.delay() for _ in range(200)]
    assert 10 < max(delays) < 30


async def test_a_broken_compressed_stream_is_connected_anew(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    async with WireServer(people=["ana"], limits=AT_ONCE) as server:
        running = await start(server)
        (session,) = server.sessions
        assert session.line
        await session.line.socket.send_bytes(b"no zlib stream" + b"\x00\x00\xff\xff")
        await wait_until(lambda: server.identifies == 2 and server.sessions)
        assert description(await ask(running, {"seed": "It was"}))
        (told,) = lines(caplog)
        assert told.startswith("Discord sent what cannot be read: error")
        await running.stop()


async def test_lines_and_tracebacks_about_attempts_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    watch = ConnectionLog()
    with watch.instead_of_attempts():
        for number in range(3):
            error = ConnectionRefusedError(number, "refused")
            logging.getLogger("discord.shard").error("Attempting a reconnect in %ds", number, exc_info=error)
            logging.getLogger("discord.http").warning("We are being rate limited")
        await watch.found()
        logging.getLogger("discord.http").warning("We are being rate limited")
    logging.getLogger("discord.shard").error("Attempting a reconnect")
    assert [re.sub(r" \d|: \[.*\]", "", record.getMessage()) for record in caplog.records] == [
        "Discord cannot be reached: ConnectionRefusedError refused. " + TRYING,
        "Connected again",
        "We are being rate limited",
        "Attempting a reconnect",
    ]
    assert not any(record.exc_info for record in caplog.records)
