"""What the loopback Discord says over its gateway, and how it ends connections that do not keep to its rules."""

from __future__ import annotations

from typing import Any

import pytest

from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.raw_bot import RawBot, connect_raw, ready_raw

PRESENCE: dict[str, Any] = {"since": None, "activities": [], "status": "online", "afk": False}
SOON = Limits(identify_seconds=0)


async def test_every_frame_has_all_four_keys() -> None:
    async with connect_raw(WireServer(limits=SOON)) as raw:
        frames = [await raw.receive()]
        await raw.send(1)
        frames.append(await raw.receive())
        await raw.send(6, {"token": raw.server.token, "session_id": "none", "seq": 1})
        frames.append(await raw.receive())
        await raw.identify()
        frames.append(await raw.receive())
        assert [set(frame) for frame in frames] == [{"op", "d", "s", "t"}] * 4
        assert [(frame["op"], frame["s"], frame["t"]) for frame in frames] == [
            (10, None, None), (11, None, None), (9, None, None), (0, 1, "READY"),
        ]  # fmt: skip
        assert frames[2]["d"] is False


async def test_a_binary_frame_and_a_token_as_http_has_it_are_taken() -> None:
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        await raw.socket.send_bytes(b'{"op": 1, "d": null}')
        assert (await raw.receive())["op"] == 11
        await raw.identify(token=f"Bot {raw.server.token}")
        assert (await raw.receive())["t"] == "READY"


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (['{"op": 99, "d": null}'], 4001),
        (["{nope"], 4002),
        (["[]"], 4002),
        (['{"d": 1}'], 4002),
        (['{"op": 1, "d": "' + "x" * 4096 + '"}'], 4002),
        (['{"op": 1, "d": 0}'] * 121, 4008),
    ],
    ids=["unknown", "no JSON", "a list", "no operation", "too large", "too many"],
)
async def test_frames_that_end_the_connection(frames: list[str], code: int) -> None:
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        for frame in frames:
            await raw.socket.send_str(frame)
        assert await raw.close_code() == code
        assert raw.server.violations[0].startswith(f"gateway: {code}: ")


async def test_an_operation_with_data_of_no_kind_that_it_can_have_ends_the_connection() -> None:
    async with ready_raw(WireServer()) as raw:
        await raw.send(4, 5)
        assert await raw.close_code() == 4002


async def test_a_hundred_and_twenty_frames_are_not_too_many() -> None:
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        for _ in range(120):
            await raw.send(1, 0)
        for _ in range(120):
            assert (await raw.receive())["op"] == 11


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "other"}, 4004),
        ({"token": 5}, 4002),
        ({"properties": None}, 4002),
        ({"intents": None}, 4002),
        ({"intents": 1 << 40}, 4013),
        ({"intents": 1 << 17}, 4013),
        ({"intents": 1 << 15}, 4014),
        ({"shard": [1, 1]}, 4010),
        ({"shard": [0]}, 4010),
    ],
)
async def test_an_identify_that_ends_the_connection(changes: dict[str, Any], code: int) -> None:
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        await raw.identify(**changes)
        assert await raw.close_code() == code
        assert raw.server.sessions == []


async def test_an_unknown_version_ends_the_connection() -> None:
    async with connect_raw(WireServer(), "?v=5") as raw:
        assert await raw.close_code() == 4012


async def test_what_needs_a_session_ends_a_connection_without_one_and_a_second_identify_any() -> None:
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        await raw.send(3, PRESENCE)
        assert await raw.close_code() == 4003
    async with ready_raw(WireServer(limits=SOON)) as raw:
        await raw.send(3, PRESENCE)
        await raw.identify()
        assert await raw.close_code() == 4005


async def connect_again(raw: RawBot) -> RawBot:
    """Connect once more, beside the first connection; returns when HELLO has come."""
    socket = await raw.session.ws_connect(f"{raw.server.url.replace('http', 'ws')}/gateway?v=10")
    again = RawBot(raw.server, raw.session, socket)
    assert (await again.receive())["op"] == 10
    return again


@pytest.mark.parametrize("number", [999, -1, None])
async def test_a_resume_from_a_number_that_was_never_sent_ends_the_connection(number: int | None) -> None:
    async with ready_raw(WireServer()) as raw:
        again = await connect_again(raw)
        (session,) = raw.server.sessions
        await again.send(6, {"token": raw.server.token, "session_id": session.id, "seq": number})
        assert await again.close_code() == 4007


async def test_a_second_identify_within_the_time_is_answered_by_invalid_session() -> None:
    async with connect_raw(WireServer(limits=Limits(identify_seconds=1.0))) as raw:
        await raw.receive()
        assert (await raw.request("GET", "/gateway/bot")).body["session_start_limit"]["max_concurrency"] == 1
        again = await connect_again(raw)
        await raw.identify()
        await again.identify()
        frame = await again.receive()
        assert (frame["op"], frame["d"]) == (9, False)
        assert len(raw.server.sessions) == 1
        await again.identify()
        assert (await again.receive())["t"] == "READY"
