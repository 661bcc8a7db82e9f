"""Waiting for a text: the place in the queue, and *Cancel*, over the wire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.chat.progress import ProgressTimes
from playground.wire.exchange import Exchange
from tests.support.gate import Gate
from tests.support.press_buttons import press
from tests.support.replies import ask, button_labels, description, visible_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

QUICK = ProgressTimes(first_notice=0.05, update=0.05)
"""So that a test need not wait for seconds."""


async def busy(start: Start, times: ProgressTimes = QUICK) -> tuple[Running, Exchange]:
    """A bot whose only worker is held up in ana's text."""
    running = await start(make_copy=Gate, workers=1, times=times)
    first = await running.server.slash("generate", {"seed": "First"}, user="ana")
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    return running, first


def tells(text: str) -> Callable[[Exchange], bool]:
    return lambda exchange: exchange.text == text


Ask = Callable[[Running, str], Awaitable[Exchange]]


async def slash(running: Running, user: str) -> Exchange:
    exchange = await running.server.slash("generate", {"seed": f"{user} says"}, user=user)
    await exchange.acknowledgement()
    return exchange


async def test_a_quick_text_is_answered_without_a_word_about_waiting(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was", "length": 1})
    assert reply.edits == 1


async def test_it_is_told_from_two_seconds_on(start: Start) -> None:
    _running, first = await busy(start, ProgressTimes())
    await first.until(tells("Writing…"), 10)
    assert time.monotonic() - first.dispatched_at >= 2
    assert ProgressTimes().first_notice == 2
    Gate.opened.set()
    await first.until(lambda e: bool(e.message and e.message.embeds))


async def test_the_reply_says_how_many_are_ahead_by_turns(start: Start) -> None:
    running, first = await busy(start)
    anas = [await slash(running, "ana") for _ in range(3)]
    bens = [await slash(running, "ben") for _ in range(2)]
    await first.until(tells("Writing…"))
    for exchange, ahead in ((anas[0], 0), (bens[0], 1), (anas[1], 2), (bens[1], 3), (anas[2], 4)):
        told = {0: "your turn is next.", 1: "1 request is ahead of yours."}
        await exchange.until(tells(f"Waiting: {told.get(ahead, f'{ahead} requests are ahead of yours.')}"))
        assert button_labels(visible_message(exchange)) == ["Cancel"]
    eves = await slash(running, "eve")
    await eves.until(tells("Waiting: 2 requests are ahead of yours."))
    await bens[1].until(tells("Waiting: 4 requests are ahead of yours."))
    Gate.opened.set()
    for exchange in (first, *anas, *bens, eves):
        await exchange.until(lambda e: "Waiting" not in e.text and e.text != "Writing…")
        assert visible_message(exchange).content == ""
        assert button_labels(visible_message(exchange)) == ["Again", "Continue", "Edit", "Delete"]


async def test_what_was_told_is_not_told_again(start: Start) -> None:
    running, first = await busy(start)
    await first.until(tells("Writing…"))
    await asyncio.sleep(0.3)
    assert first.edits == 1
    Gate.opened.set()
    await first.until(lambda e: e.edits == 2)
    assert description(first)
    assert running


async def cancelled(running: Running, exchange: Exchange, user: str) -> None:
    """`user` cancels, and is told so, in private, in place of the reply."""
    await exchange.until(
        lambda e: "Cancel" in button_labels(visible_message(e)) if e.message and e.message.visible else False
    )
    message = visible_message(exchange)
    pressed = await running.server.press_label(message, "Cancel", user=user)
    await exchange.until(lambda _: message.deleted)
    assert exchange.private
    assert exchange.text == "Cancelled."
    assert pressed.acknowledged
    assert pressed.followups == []


async def test_cancelled_while_it_waits_it_never_runs(start: Start) -> None:
    running, first = await busy(start)
    waits = await slash(running, "ben")
    last = await slash(running, "eve")
    await last.until(tells("Waiting: 1 request is ahead of yours."))
    await cancelled(running, waits, "ben")
    await last.until(tells("Waiting: your turn is next."))
    Gate.opened.set()
    for exchange in (first, last):
        await exchange.until(lambda e: bool(e.message and e.message.embeds))
    assert running.bot.pool.load == (0, 0)


async def test_cancelled_while_it_runs_it_stops_at_the_next_chunk(start: Start) -> None:
    running, first = await busy(start)
    await first.until(tells("Writing…"))
    message = visible_message(first)
    await running.server.press_label(message, "Cancel", user="ana")
    await wait_until(lambda: next(iter(running.bot.pool._open))._given_up is not None)
    Gate.opened.set()
    await first.until(lambda _: message.deleted)
    assert first.private
    assert first.text == "Cancelled."
    assert description(await ask(running, {"seed": "Next"}))


async def test_a_stranger_cannot_cancel_and_gets_a_private_word(start: Start) -> None:
    running, first = await busy(start)
    waits = await slash(running, "ben")
    await waits.until(tells("Waiting: your turn is next."))
    refused = await press(running, visible_message(waits), "Cancel", "eve")
    assert refused.private
    assert "Only the person who asked" in refused.text
    Gate.opened.set()
    for exchange in (first, waits):
        await exchange.until(lambda e: bool(e.message and e.message.embeds))
        assert description(exchange)


async def test_of_two_presses_on_cancel_the_second_is_told(start: Start) -> None:
    running, first = await busy(start)
    waits = await slash(running, "ben")
    await waits.until(tells("Waiting: your turn is next."))
    message = visible_message(waits)
    as_it_was = replace(message, deleted=False)  # as an app shows it that has not heard of it yet
    await cancelled(running, waits, "ben")
    late = await running.server.press_label(as_it_was, "Cancel", user="ben")
    await late.settled()
    assert late.private
    assert "nothing to cancel" in late.text
    Gate.opened.set()
    await first.until(lambda e: bool(e.message and e.message.embeds))


async def test_a_cancel_left_over_from_before_a_restart_is_told(start: Start) -> None:
    running, first = await busy(start)
    await first.until(tells("Writing…"))
    message = visible_message(first)
    Gate.opened.set()
    await running.stop()
    message.components = [
        {
            "type": 1,
            "components": [{"type": 2, "style": 4, "label": "Cancel", "custom_id": f"charla:1:cancel:{first.id}"}],
        }
    ]
    running = await start(running.server)
    refused = await press(running, message, "Cancel", "ana")
    assert refused.private
    assert "nothing to cancel" in refused.text


async def test_presses_wait_and_are_cancelled_like_commands(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, times=QUICK)
    Gate.opened.set()
    reply = await ask(running, {"seed": "It was"}, user="ana")
    Gate.opened.clear()
    again = await running.server.press_label(visible_message(reply), "Again", user="ana")
    await again.until(tells("Writing…"))
    later = await running.server.press_label(visible_message(reply), "Continue", user="ben")
    await later.until(tells("Waiting: your turn is next."))
    await cancelled(running, later, "ben")
    Gate.opened.set()
    await again.until(lambda e: bool(e.message and e.message.embeds))


async def test_all_texts_of_a_comparison_are_cancelled(start: Start) -> None:
    running, first = await busy(start)
    compared = await running.server.slash("compare", {"seed": "It was"}, user="ben")
    await cancelled(running, compared, "ben")
    assert running.bot.pool.load == (0, 1)
    Gate.opened.set()
    await first.until(lambda e: bool(e.message and e.message.embeds))


async def test_a_waiting_reply_that_somebody_deletes_gives_its_request_up(start: Start) -> None:
    running, first = await busy(start)
    eves = await slash(running, "eve")
    bens = await slash(running, "ben")
    await bens.until(tells("Waiting: 1 request is ahead of yours."))
    visible_message(bens).deleted = True
    await cancelled(running, eves, "eve")  # which is told to ben, and so noticed
    await wait_until(lambda: running.bot.pool.load == (0, 1))
    Gate.opened.set()
    await first.until(lambda e: bool(e.message and e.message.embeds))


@pytest.mark.parametrize("status", [400, 500])
async def test_progress_that_cannot_be_shown_costs_nobody_their_text(start: Start, status: int) -> None:
    running, first = await busy(start)
    running.server.faults.add("PATCH", r"/messages/@original$", status=status)
    await wait_until(lambda: running.server.faults.pending == 0)
    Gate.opened.set()
    await first.until(lambda e: bool(e.message and e.message.embeds))
    assert description(first)


PROGRESS = r"/messages/@original$"


async def stuck(start: Start, times: ProgressTimes = QUICK, **effect: Any) -> tuple[Running, Exchange]:
    """A bot whose first edit, which tells how long it may take, suffers something; its text can be written then."""
    running = await start(make_copy=Gate, workers=1, times=times)
    running.server.faults.add("PATCH", PROGRESS, **effect)
    exchange = await running.server.slash("generate", {"seed": "First"}, user="ana")
    await wait_until(lambda: running.server.faults.pending == 0)
    return running, exchange


async def test_progress_that_waits_for_a_rate_limit_neither_delays_the_text_nor_replaces_it(start: Start) -> None:
    running, exchange = await stuck(start, status=429, retry_after=60)
    await wait_until(lambda: running.server.requests[-1].status == 429)
    Gate.opened.set()
    await exchange.settled()
    assert description(exchange).startswith("**First**")
    assert [request.status for request in running.server.requests if request.method == "PATCH"] == [429, 200]


async def test_progress_that_waits_for_a_rate_limit_delays_no_refusal(start: Start) -> None:
    running, exchange = await stuck(start, status=429, retry_after=60)
    await wait_until(lambda: running.server.requests[-1].status == 429)
    pending = running.bot.responder.pending
    pending.cancel(pending._pending[exchange.id])
    Gate.opened.set()
    await exchange.settled()
    assert exchange.text == "Cancelled."
    assert exchange.private


async def test_progress_that_is_on_its_way_is_waited_for(start: Start) -> None:
    _running, exchange = await stuck(start, delay=0.3)
    Gate.opened.set()
    await exchange.settled()
    await exchange.until(lambda e: e.edits == 2)
    assert description(exchange).startswith("**First**")
    assert visible_message(exchange).content == ""


async def test_progress_whose_answer_never_comes_does_not_hold_the_text_up(start: Start) -> None:
    _running, exchange = await stuck(start, replace(QUICK, silent=0.2), delay=600)
    Gate.opened.set()
    await exchange.settled()
    assert description(exchange).startswith("**First**")


async def test_after_progress_that_used_a_rate_limit_up_the_text_keeps_it(start: Start) -> None:
    used_up = {"X-Ratelimit-Remaining": "0", "X-Ratelimit-Reset-After": "1.0"}
    _running, exchange = await stuck(start, headers=used_up)
    await exchange.until(tells("Writing…"))
    Gate.opened.set()
    with pytest.raises(TimeoutError):
        await exchange.settled(0.3)
    await exchange.settled()
    assert description(exchange).startswith("**First**")
