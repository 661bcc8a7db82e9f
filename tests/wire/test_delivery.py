"""What was accepted is delivered, whatever Discord does meanwhile, and nothing is said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.chat.pauses import Pauses
from bot.chat.reply import NO_TEXT
from playground.wire.exchange import Exchange
from tests.support.random_models import BrokenCopy
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import NO_PROGRESS, Running, Start
from tests.support.waiting import wait_until

ORIGINAL = r"/messages/@original$"
FOLLOW_UP = r"^/webhooks/\d+/[^/]+$"
FAILED = "Writing failed. Please try again."
CLOUDFLARE: dict[str, Any] = {"status": 429, "headers": {"Via": ""}}
"""Keeps this address out, and says no time after which it would not."""
QUICK = replace(NO_PROGRESS, again=Pauses(first=0.001, longest=0.002))


@pytest.mark.parametrize("effect", [{"drop": "before"}, {"drop": "after"}, CLOUDFLARE])
async def test_a_text_is_delivered_however_often_its_edit_was_not_answered(
    start: Start, caplog: pytest.LogCaptureFixture, effect: dict[str, Any]
) -> None:
    running = await start(times=QUICK)
    running.server.faults.add("PATCH", ORIGINAL, times=40, **effect)
    exchange = await ask(running, {"seed": "It was"})
    await wait_until(lambda: running.server.faults.pending == 0)
    assert description(exchange)
    assert exchange.followups == []
    assert caplog.text.count("Discord did not answer") == 1, "a line, not one an attempt"


async def test_a_text_is_given_up_when_its_interaction_can_be_answered_no_more(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start(times=replace(QUICK, answerable=0.1))
    running.server.faults.add("PATCH", ORIGINAL, times=100_000, drop="before")
    exchange = await running.server.slash("generate", {"seed": "It was"})
    await wait_until(lambda: "could not be told" in caplog.text)
    assert not exchange.text
    assert not running.bot._answering


async def test_a_request_that_is_not_answered_is_not_waited_for_long(start: Start) -> None:
    running = await start(times=replace(QUICK, request=0.5))
    running.server.faults.add("PATCH", ORIGINAL, delay=600)
    assert description(await ask(running, {"seed": "It was"}))


@pytest.mark.parametrize(
    ("effect", "copies"),
    [
        ({"status": 500, "acted": True}, 1),
        ({"status": 504, "acted": True}, 1),
        ({"status": 502}, 0),
        ({"drop": "after"}, 1),
        ({"drop": "before"}, 0),
    ],
)
async def test_of_a_private_refusal_there_is_never_a_second_copy(
    start: Start, effect: dict[str, Any], copies: int
) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("POST", FOLLOW_UP, **effect)
    failed = await running.server.slash("generate", {"seed": "It was"})
    await failed.until(lambda e: bool(e.message and e.message.content == FAILED))
    assert [message.content for message in failed.followups] == [FAILED] * copies
    assert visible_message(failed), "nothing is deleted where nobody knows what arrived"
    assert sent(running, failed, "POST") == 2, "to defer, and to follow up"


async def test_a_follow_up_that_has_to_wait_is_sent_when_it_may_be(start: Start) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("POST", FOLLOW_UP, status=429, retry_after=0.01)
    failed = await ask(running, {"seed": "It was"})
    assert failed.private
    assert failed.text == FAILED


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_deletion_that_is_not_answered_is_repeated(
    start: Start, caplog: pytest.LogCaptureFixture, drop: str
) -> None:
    running = await start(make_copy=BrokenCopy)
    running.server.faults.add("DELETE", ORIGINAL, times=3, drop=drop)  # type: ignore[arg-type]
    failed = await ask(running, {"seed": "It was"})
    await wait_until(lambda: not running.bot._answering)
    assert running.server.faults.pending == 0
    assert failed.text == FAILED
    assert NO_TEXT not in failed.text
    assert "could not be taken back" not in caplog.text


async def test_connections_are_few_and_used_again(start: Start) -> None:
    running = await start()
    for _ in range(5):
        await ask(running, {"seed": "It was"})
    connector = running.bot.http.connector
    assert connector.limit == 64
    await wait_until(lambda: connector._conns)  # the last one comes back when its answer was read
    (free,) = connector._conns.values()
    assert len(free) == 1, "one was enough for all that was sent one after another"


def sent(running: Running, exchange: Exchange, method: str) -> int:
    """Return how many requests of a method the bot sent to answer an interaction."""
    return sum(r.method == method and exchange.token in r.path for r in running.server.requests)
