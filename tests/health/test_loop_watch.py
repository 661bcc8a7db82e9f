"""The watch on the event loop: its lag is noted, and a loop that is held is reported with where it stands."""

from __future__ import annotations

import time

import pytest

from bot.health.loop_watch import watch_loop
from bot.metrics import Metrics
from tests.support.metrics import read_registry
from tests.support.waiting import wait_until

COUNT, SUM = "charla_event_loop_lag_seconds_count", "charla_event_loop_lag_seconds_sum"


def hold_the_loop_until_that_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    until = time.monotonic() + 20
    while "It stands at" not in caplog.text:
        assert time.monotonic() < until
        time.sleep(0.005)


async def test_a_held_loop_is_reported_with_where_it_stood_and_again_when_it_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    async with watch_loop(metrics, ping_seconds=0.001, held_seconds=0.05):
        began = time.monotonic()
        hold_the_loop_until_that_is_reported(caplog)
        held = time.monotonic() - began
        await wait_until(lambda: "goes on" in caplog.text)
    standing, going_on = [record.getMessage() for record in caplog.records if "The event loop" in record.getMessage()]
    assert standing.startswith("The event loop has been held for over 0.1 s. It stands at:\n")
    assert "in hold_the_loop_until_that_is_reported\n    time.sleep(0.005)" in standing
    assert going_on.startswith("The event loop goes on: it was held for ")
    assert read_registry(metrics.registry)[SUM] == pytest.approx(held, rel=0.5)


async def test_a_loop_that_turns_is_measured_and_not_spoken_of(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    async with watch_loop(metrics, ping_seconds=0.001, held_seconds=20):
        await wait_until(lambda: read_registry(metrics.registry)[COUNT] >= 3)
    assert "The event loop" not in caplog.text
