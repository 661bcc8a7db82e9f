"""Health and metrics of the real bot: red while a part is gone, green again after, and the truth about what it did."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aiohttp
import pytest

from bot.commands.health import ask as ask_for_health
from bot.errors import SettingsError
from bot.health.state import State
from bot.settings import Address
from bot.storage.database import Database
from bot.storage.settings_store import SettingsStore
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.gate import Gate
from tests.support.health import ANY_PORT, find_address, get, get_metrics
from tests.support.mentions import mention, reply_to
from tests.support.press_buttons import press, submit_edit_form, suggest
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Start
from tests.support.waiting import wait_until

LOGIN = "^/users/@me$"
NO_MODEL = "no such voice"


async def test_a_bot_that_is_connected_is_well(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    await start(health_address=ANY_PORT)
    address = find_address(caplog)
    assert await get(address, "/healthz") == (200, "ok\n")
    assert await get(address, "/readyz") == (200, "ok\n")
    assert (await get(address, "/"))[0] == 404


async def test_without_the_gateway_it_is_not_ready_and_still_alive_until_it_is_back(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with WireServer(people=["ana"], limits=Limits(identify_seconds=0)) as server:
        running = await start(server, health_address=ANY_PORT)
        address = find_address(caplog)
        server.faults.add("GET", LOGIN, times=10_000, status=503)
        await server.end(4011)
        await wait_until(lambda: server.faults.pending < 10_000)
        status, text = await get(address, "/readyz")
        assert status == 503
        assert text.startswith("not connected to Discord's gateway, for ")
        assert await get(address, "/healthz") == (200, "ok\n")
        metrics = await get_metrics(address)
        assert (metrics["charla_ready"], metrics["charla_gateway_connected{shard=0}"]) == (0, 0)
        while server.faults.pending:
            server.faults.take("GET", "/users/@me")
        await wait_until(lambda: running.bot.gateway.lost_seconds() is None)
        assert await get(address, "/readyz") == (200, "ok\n")
        metrics = await get_metrics(address)
        assert (metrics["charla_ready"], metrics["charla_gateway_connected{shard=0}"]) == (1, 1)
        assert metrics["charla_gateway_reconnects_total"] == 1
        await running.stop()


async def test_a_session_that_is_resumed_is_green_again(start: Start) -> None:
    async with WireServer(people=["ana"]) as server:
        running = await start(server)
        gateway = running.bot.gateway
        server.drop()
        await wait_until(lambda: gateway.lost_seconds() is not None)
        await wait_until(lambda: gateway.lost_seconds() is None)
        await running.stop()


async def test_a_worker_that_does_not_answer_is_a_fault_until_it_does(start: Start) -> None:
    running = await start(make_copy=Gate, workers=2, request_timeout=0.05)
    state = State(running.bot.pool, running.bot.gateway, running.bot.store, late_seconds=0.0)
    asked = await running.server.slash("generate", {"seed": "It was"})
    await wait_until(state.find_faults)
    (fault,) = state.find_faults()
    assert str(fault).startswith("1 of 2 workers do not answer, for ")
    Gate.opened.set()
    await wait_until(lambda: not state.find_faults())
    await asked.settled()


async def test_while_the_loop_stands_the_check_is_red_and_green_again_after(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    await start(health_address=ANY_PORT)
    address = Address.parse(find_address(caplog))
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask_for_health, address, ["/healthz"], seconds=0.05)
        held = asked.result(20)  # which holds the loop
    assert held.startswith(f"/healthz: no answer at {address}: ")
    assert await asyncio.to_thread(ask_for_health, address, ["/healthz"], seconds=20) == ""


async def test_what_people_do_is_counted_by_kind_and_outcome(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start(health_address=ANY_PORT)
    reply = visible_message(await ask(running, {"seed": "It was", "length": 40}))
    await press(running, reply, "Again")
    await submit_edit_form(running, reply, {"length": "50"})
    await ask(running, {"seed": "It was", "model": NO_MODEL})
    typed = await suggest(running)
    await typed.settled()
    await reply_to(running, mention(running, "It was"))
    menu = await running.server.message_command("Continue this", running.server.say("It was"))
    await menu.settled()
    address = find_address(caplog)
    expected = {
        "kind=command,outcome=answered": 1,
        "kind=command,outcome=refused": 1,
        "kind=button,outcome=answered": 2,
        "kind=form,outcome=answered": 1,
        "kind=suggestions,outcome=answered": 1,
        "kind=message,outcome=answered": 1,
        "kind=menu,outcome=answered": 1,
    }
    await wait_until(lambda: running.bot.pool.load == (0, 0))
    metrics = await get_metrics(address)
    interactions = {name: value for name, value in metrics.items() if name.startswith("charla_interactions_total")}
    counted = {name: value for name, value in interactions.items() if value}
    assert counted == {f"charla_interactions_total{{{labels}}}": number for labels, number in expected.items()}
    assert metrics["charla_acknowledgement_seconds_count{kind=command}"] == 2
    assert metrics["charla_acknowledgement_seconds_count{kind=button}"] == 2
    assert metrics["charla_texts_total{verdict=shown}"] == 5
    assert metrics["charla_queue_wait_seconds_count"] == 5
    assert metrics["charla_writing_seconds_count{model=tiny}"] == 5
    assert metrics["charla_characters_total{model=tiny}"] > 200
    assert metrics["charla_workers"] == 2


async def test_outcomes_that_are_no_answer_are_told_apart(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start(health_address=ANY_PORT, make_copy=Gate, workers=1, queue_size=1)
    server = running.server
    writing = await server.slash("generate", {"seed": "It was"}, user="ana")
    await writing.acknowledgement()
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    waiting = await server.slash("generate", {"seed": "It was"}, user="ben")
    await waiting.acknowledgement()
    await ask(running, {"seed": "It was"}, user="eve")  # the queue is full
    metrics = await get_metrics(find_address(caplog))
    assert (metrics["charla_queue_requests"], metrics["charla_writing_requests"]) == (1, 1)
    server.faults.add("PATCH", r"/messages/@original$", status=404, body={"code": 10015, "message": "Unknown"})
    Gate.opened.set()
    await waiting.settled()
    await wait_until(lambda: running.bot.pool.load == (0, 0))
    metrics = await get_metrics(find_address(caplog))
    assert metrics["charla_interactions_total{kind=command,outcome=no_text}"] == 1
    assert metrics["charla_interactions_total{kind=command,outcome=late}"] == 1
    assert metrics["charla_interactions_total{kind=command,outcome=answered}"] == 1


async def test_texts_that_may_not_be_said_are_counted(
    start: Start, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "words.txt").write_text("".join(f"{letter}\n" for letter in "abcdefghijklmnopqrstuvwxyz"))
    running = await start(health_address=ANY_PORT, word_list=tmp_path / "words.txt")
    await ask(running, {"seed": "—", "length": 200})
    metrics = await get_metrics(find_address(caplog))
    assert metrics["charla_texts_total{verdict=sampled_again}"] == 3
    assert metrics["charla_texts_total{verdict=refused}"] == 1


async def test_a_database_that_is_away_shows(start: Start, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SettingsStore(Database(f"sqlite:///{tmp_path / 'file' / 'charla.db'}"))
    running = await start(health_address=ANY_PORT, store=store)
    assert description(await ask(running, {"seed": "It was"}))
    assert (await get_metrics(find_address(caplog)))["charla_database_up"] == 0
    assert (await get(find_address(caplog), "/readyz"))[0] == 200


async def test_nothing_is_served_unless_it_is_asked_for_and_nothing_any_more_after_the_end(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    assert "Health and metrics" not in caplog.text
    await running.stop()
    async with WireServer() as server:
        running = await start(server, health_address=ANY_PORT)
        await running.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await get(find_address(caplog), "/healthz")


async def test_an_address_that_is_taken_is_a_wrong_setting(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "{}:{}".format(*taken.getsockname())
        with pytest.raises(SettingsError, match=f"HEALTH_ADDRESS is '{address}': it cannot be listened on: "):
            await start(health_address=address)
