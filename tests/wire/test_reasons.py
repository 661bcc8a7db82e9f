"""What a person is told where Discord refuses something: by its error code, whatever the HTTP status."""

from __future__ import annotations

import logging

import pytest

from bot.chat.discord_codes import MEANINGS
from playground.wire.records import Json
from tests.support.press_buttons import press, suggest
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

DEFER = r"/callback$"
ORIGINAL = r"/messages/@original$"
REASONS = [
    (403, 50083, "archived or locked"),
    (400, 160005, "archived or locked"),
    (403, 20016, "slow mode"),
    (429, 20016, "slow mode"),
    (400, 20028, "slow mode"),
    (400, 20029, "has written too much"),
    (400, 200000, "AutoMod blocked"),
    (403, 200001, "AutoMod blocked"),
    (400, 240000, "harmful"),
    (404, 10003, "channel is gone"),
    (403, 20009, "explicit content"),
    (400, 20009, "explicit content"),
    (413, 40005, "too large"),
    (400, 50045, "too large"),
    (400, 40094, "not in"),
    (403, 50013, "does not let me"),
    (403, 50001, "does not let me"),
    (400, 50013, "does not let me"),
    (400, 50008, "this kind of channel"),
    (403, 40004, "switched sending messages off"),
    (400, 130000, "busy"),
    (403, 99999, "does not let me"),
]


def fail(running: Running, method: str, path: str, status: int, code: int) -> None:
    body: Json = {"code": code, "message": "Words for developers"}
    # Without `Via` discord.py does not repeat a request that is answered by 429.
    running.server.faults.add(method, path, status=status, body=body, headers={"Via": ""})


def loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING or record.exc_info]


@pytest.mark.parametrize(("status", "code", "reason"), REASONS)
async def test_a_text_that_discord_does_not_take_is_told_by_the_reason(
    start: Start, caplog: pytest.LogCaptureFixture, status: int, code: int, reason: str
) -> None:
    running = await start()
    fail(running, "PATCH", ORIGINAL, status, code)
    exchange = await running.server.slash("generate", {"seed": "It was"})
    await exchange.settled()
    assert exchange.private
    assert reason in exchange.text
    assert "Words for developers" not in exchange.text
    if code in MEANINGS:
        assert loud(caplog) == []
        assert f"Discord refused an answer: {code}" in caplog.text
    assert description(await ask(running, {"seed": "It was"}))


@pytest.mark.parametrize(("status", "code", "reason"), REASONS[:12])
async def test_a_first_answer_that_discord_does_not_take_is_told_by_the_reason(
    start: Start, caplog: pytest.LogCaptureFixture, status: int, code: int, reason: str
) -> None:
    running = await start()
    fail(running, "POST", DEFER, status, code)
    exchange = await ask(running, {"seed": "It was"})
    assert exchange.private
    assert reason in exchange.text
    assert loud(caplog) == []


@pytest.mark.parametrize(("status", "code"), [(403, 50083), (404, 10003), (403, 50001)])
async def test_where_nothing_can_be_told_the_log_says_so_in_plain_lines(
    start: Start, caplog: pytest.LogCaptureFixture, status: int, code: int
) -> None:
    running = await start()
    for method in ("PATCH", "PATCH", "PATCH", "POST"):
        fail(running, method, "/webhooks/", status, code)
    await running.server.slash("generate", {"seed": "It was"})
    await wait_until(lambda: "could not be told" in caplog.text)
    assert loud(caplog) == []
    assert {request.status for request in running.server.requests[-2:]} == {status}


@pytest.mark.parametrize(("label", "method"), [("Again", "PATCH"), ("Delete", "DELETE")])
async def test_a_button_is_told_by_the_reason_as_well(
    start: Start, caplog: pytest.LogCaptureFixture, label: str, method: str
) -> None:
    running = await start()
    reply = visible_message(await ask(running, {"seed": "It was"}))
    fail(running, method, ORIGINAL, 403, 50083)
    assert "archived or locked" in (await press(running, reply, label)).text
    assert loud(caplog) == []
    assert reply.visible


async def test_suggestions_that_come_too_late_are_no_fault(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start()
    for _ in range(2):
        fail(running, "POST", DEFER, 404, 10062)
    await suggest(running)
    await wait_until(lambda: "could not be told" in caplog.text)
    assert loud(caplog) == []


def test_every_reason_is_a_short_sentence_for_people() -> None:
    for text in MEANINGS.values():
        assert len(text) < 200
        assert text.endswith(".")
        assert not any(character.isdigit() for character in text)
