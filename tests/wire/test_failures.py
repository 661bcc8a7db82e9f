"""What goes wrong: between the bot and Discord, in the workers, and when the bot is told to stop."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

from bot.chat.reply import NO_TEXT
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids
from bot.storage.database import Database
from bot.storage.server_settings import ServerSettings
from bot.storage.settings_store import SettingsStore
from playground.wire.server import WireServer
from tests.support.gate import Gate
from tests.support.random_models import BrokenCopy, NumpyCopy
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Start
from tests.support.waiting import wait_until

DEFER = r"/callback$"
ORIGINAL = r"/messages/@original$"
FOLLOW_UP = r"^/webhooks/\d+/[^/]+$"


async def test_a_full_queue_refuses_at_once_and_in_private(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, queue_size=2)
    accepted = []
    for _ in range(3):  # one that runs, two that wait
        accepted.append(await running.server.slash("generate", {"seed": "It was"}, user="ana"))
        await accepted[-1].acknowledgement()
        assert await asyncio.to_thread(Gate.reached.wait, 5)
    refused = await ask(running, {"seed": "It was"}, user="ben")
    assert refused.private
    assert "2 requests are waiting already" in refused.text
    Gate.opened.set()
    for exchange in accepted:
        await exchange.settled()
        assert description(exchange)


async def test_a_failing_worker_tells_the_person_and_serves_the_next(start: Start) -> None:
    class Fragile(NumpyCopy):
        failures = 1

        def advance(self, forced: Ids, uniforms: npt.NDArray, sampling: Sampling) -> Ids:  # type: ignore[type-arg]
            if Fragile.failures:
                Fragile.failures -= 1
                raise RuntimeError("secret detail")
            return super().advance(forced, uniforms, sampling)

    running = await start(make_copy=Fragile, workers=1)
    failed = await ask(running, {"seed": "It was"})
    assert failed.private
    assert failed.text == "Writing failed. Please try again."
    assert description(await ask(running, {"seed": "It was"}))


async def test_a_public_reply_is_refused_by_an_edit_a_private_follow_up_and_a_delete(start: Start) -> None:
    running = await start(make_copy=BrokenCopy)
    failed = await ask(running, {"seed": "It was"})
    assert failed.text == "Writing failed. Please try again."
    deferral, *steps = [request for request in running.server.requests if failed.token in request.path]
    assert deferral.path.endswith("/callback")
    assert [request.method for request in steps] == ["PATCH", "POST", "DELETE"]
    assert isinstance(steps[0].body, dict)
    assert {key: steps[0].body[key] for key in ("content", "embeds", "components")} == {
        "content": NO_TEXT, "embeds": [], "components": [],
    }  # fmt: skip
    assert failed.message
    assert failed.message.deleted


async def test_a_private_reply_is_refused_in_its_own_place(start: Start) -> None:
    running = await start(make_copy=BrokenCopy)
    failed = await ask(running, {"seed": "It was", "private": True})
    assert visible_message(failed).private
    assert visible_message(failed).content == "Writing failed. Please try again."
    assert failed.followups == []


async def test_a_refusal_that_cannot_be_taken_out_of_sight_is_still_told_once(start: Start) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("DELETE", ORIGINAL, status=403, body={"code": 50013, "message": "Missing"})
    failed = await running.server.slash("generate", {"seed": "It was"})
    await failed.until(lambda e: bool(e.followups))
    await wait_until(lambda: running.server.faults.pending == 0)
    assert [message.content for message in failed.followups] == ["Writing failed. Please try again."]
    assert visible_message(failed).content == NO_TEXT


async def test_a_reply_that_cannot_be_edited_is_filled_by_the_refusal(start: Start) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("PATCH", ORIGINAL, status=403, body={"code": 50013, "message": "Missing"})
    failed = await ask(running, {"seed": "It was"})
    assert visible_message(failed).content == "Writing failed. Please try again."
    assert failed.followups == []


@pytest.mark.parametrize("effect", [{"status": 403, "body": {"code": 50013, "message": "No"}}, {"drop": "before"}])
async def test_what_cannot_be_told_in_private_is_told_in_public(start: Start, effect: dict[str, Any]) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("POST", FOLLOW_UP, **effect)
    failed = await ask(running, {"seed": "It was"})
    assert visible_message(failed).content == "Writing failed. Please try again."
    assert failed.followups == []


async def test_a_request_past_its_deadline_is_told_so(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, request_timeout=0.1)
    exchange = await running.server.slash("generate", {"seed": "It was"})
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    await asyncio.sleep(0.15)
    Gate.opened.set()
    await exchange.settled()
    assert exchange.private
    assert "longer than" in exchange.text


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("path", [DEFER, ORIGINAL])
async def test_a_dropped_connection_is_tried_again_and_doubles_nothing(start: Start, path: str, drop: str) -> None:
    running = await start()
    running.server.faults.add("*", path, drop=drop)  # type: ignore[arg-type]
    exchange = await ask(running, {"seed": "It was"})
    assert running.server.faults.pending == 0
    assert description(exchange)
    assert exchange.followups == []


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_reply_that_discord_cannot_take_now_is_tried_again(start: Start, status: int) -> None:
    running = await start()
    running.server.faults.add("PATCH", ORIGINAL, status=status)
    exchange = await ask(running, {"seed": "It was"})
    assert running.server.faults.pending == 0
    assert exchange.edits == 1
    assert description(exchange)


async def test_an_error_on_the_defer_is_survived(start: Start) -> None:
    running = await start()
    running.server.faults.add("POST", DEFER, status=500)
    exchange = await ask(running, {"seed": "It was"})
    assert description(exchange)


async def test_an_expired_token_is_logged_and_not_raised(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start(make_copy=Gate)
    exchange = await running.server.slash("generate", {"seed": "It was"})
    await exchange.acknowledgement()
    running.server.expire(exchange)
    Gate.opened.set()
    await wait_until(lambda: "could not be answered any more" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert description(await ask(running, {"seed": "It was"}))


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("POST", DEFER, 10062), ("PATCH", ORIGINAL, 10008)],
    ids=["too old to be answered", "deleted meanwhile"],
)
async def test_a_reply_that_nobody_can_see_any_more_is_no_error(
    start: Start, caplog: pytest.LogCaptureFixture, method: str, path: str, code: int
) -> None:
    running = await start()
    running.server.faults.add(method, path, status=404, body={"code": code, "message": "Unknown"})
    await running.server.slash("generate", {"seed": "It was"})
    await wait_until(lambda: "could not be answered any more" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert description(await ask(running, {"seed": "It was"}))


async def test_told_to_stop_it_finishes_what_runs(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1)
    accepted = [await running.server.slash("generate", {"seed": "It was"}) for _ in range(3)]
    for exchange in accepted:
        await exchange.acknowledgement()
    stopping = asyncio.create_task(running.stop())
    await wait_until(lambda: running.bot.stopping)
    late = await ask(running, {"seed": "Too late"})
    assert late.private
    assert "restarting" in late.text
    Gate.opened.set()
    await stopping
    assert all(description(exchange) for exchange in accepted)


async def test_told_to_stop_it_tells_everybody_it_cannot_finish(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, grace_period=0.1)
    accepted = [await running.server.slash("generate", {"seed": "It was", "length": 2000}) for _ in range(3)]
    for exchange in accepted:
        await exchange.acknowledgement()
    stopping = asyncio.create_task(running.stop())
    await accepted[1].settled()
    await accepted[2].settled()
    Gate.opened.set()
    await stopping
    for exchange in accepted:
        assert exchange.private
        assert "restarting" in exchange.text


async def test_commands_are_synced_only_when_they_differ(start: Start) -> None:
    async with WireServer(people=["ana"]) as server:
        for _ in range(3):
            await (await start(server)).stop()
        assert writes(server) == 1
        server.commands[0]["description"] = "something else"
        await (await start(server)).stop()
        assert writes(server) == 2
        await (await start(server)).stop()
        assert writes(server) == 2


async def test_while_developing_the_commands_go_to_one_server(start: Start) -> None:
    async with WireServer(people=["ana"]) as server:
        for _ in range(2):
            running = await start(server, development_guild=server.guilds[0].id)
            assert description(await ask(running, {"seed": "It was"}))
            await running.stop()
        names = {command["name"] for command in server.guild_commands()}
        assert names == {"generate", "compare", "about", "settings", "Continue this"}
        assert server.commands == []
        assert writes(server) == 1


def writes(server: WireServer) -> int:
    return sum(request.method in {"PUT", "POST"} and "commands" in request.path for request in server.requests)


async def test_in_no_server_it_prints_its_invite_link(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    async with WireServer(people=["ana"], guilds=0) as server:
        running = await start(server)
        await wait_until(lambda: "Invite the bot: https://discord.com/oauth2/authorize?client_id=" in caplog.text)
        assert f"client_id={running.bot.application_id}" in caplog.text
        await running.stop()


async def test_no_secret_reaches_the_log(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start(log_level="debug")
    exchange = await ask(running, {"seed": "It was"})
    await running.stop()
    assert running.server.token not in caplog.text
    assert exchange.token not in caplog.text


async def test_an_unknown_command_is_answered(start: Start) -> None:
    running = await start()
    running.bot.tree.remove_command("generate")
    exchange = await ask(running, {"seed": "It was"})
    assert exchange.private
    assert "has changed" in exchange.text


async def test_an_unforeseen_error_is_logged_and_told_without_details(
    start: Start, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    class Broken(SettingsStore):
        asked = 0

        async def get(self, server: int) -> ServerSettings:
            self.asked += 1
            if self.asked == 2:  # the text is written, and is to be shown
                raise ZeroDivisionError("secret detail")
            return await super().get(server)

    running = await start(store=Broken(Database(f"sqlite:///{tmp_path / 'charla.db'}")))
    exchange = await ask(running, {"seed": "It was"})
    assert exchange.deferred
    assert exchange.private
    assert exchange.text == "Something went wrong on my side. Please try again."
    assert "ZeroDivisionError" in caplog.text
