"""Interactions are begun a few at a time, and none that is too old to be answered."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

import discord
import pytest

from bot.chat.arrivals import A_ROUND, BUSY, AgeGauge, Ages, Arrivals
from bot.chat.handling import follow_interactions
from bot.metrics import Metrics
from tests.support.metrics import read_registry
from tests.support.waiting import wait_until

NOON = 1_790_000_000.0


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def made(clock: HandClock, ago: float = 0.0, astray: float = 0.0) -> int:
    """Return an id that Discord made some seconds ago, by a clock of its own."""
    return int((NOON + astray + clock.now - ago) * 1000 - discord.utils.DISCORD_EPOCH) << 22


class Place:
    """What Arrivals hands on."""

    def __init__(self, **ages: float) -> None:
        self.clock = HandClock()
        self.begun, self.refused = list[int](), list[str]()
        self.arrivals = Arrivals(
            lambda data: self.begun.append(data["n"]),
            lambda _data, reason: self.refused.append(reason),
            Ages(**({"gathered": 0.1} | ages)),
            self.clock,
        )

    def arrive(self, *ages: float) -> None:
        for number, age in enumerate(ages):
            self.arrivals({"id": str(made(self.clock, age)), "n": number})


async def test_what_comes_at_once_is_begun_in_order_with_turns_for_others_between() -> None:
    place, seen = Place(), list[int]()

    async def send() -> None:
        while len(place.begun) < 100:
            seen.append(len(place.begun))
            await asyncio.sleep(0)

    place.arrive(*[0.0] * 100)
    assert not place.begun, "all is read before anything is begun"
    await asyncio.wait_for(send(), 5)
    assert place.begun == list(range(100))
    assert {*range(A_ROUND, 100, A_ROUND)} <= {*seen}, "others had a turn after each few"


async def test_late_ones_are_told_that_the_bot_is_busy_and_later_ones_are_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    place = Place()
    place.arrive(*[0.0] * 15)  # by which others are measured
    await wait_until(lambda: len(place.begun) == 15)
    place.begun.clear()
    place.arrive(0, 0.9, 1.1, 2.4, 2.6, 30, 900)
    await wait_until(lambda: caplog.records)
    assert place.begun == [0, 1]
    assert place.refused == [BUSY] * 2
    assert [record.getMessage() for record in caplog.records] == ["Interactions that came too late to be answered: 3"]


async def test_those_that_wait_for_their_turn_grow_older() -> None:
    place = Place()
    place.arrive(0, 0)
    place.clock.now += 2
    await wait_until(lambda: len(place.refused) == 2)
    place.arrive(0)
    await wait_until(lambda: place.begun)


@pytest.mark.parametrize("data", [{"id": "x"}, {"id": None}, {}, {"id": str(1 << 70)}, {"id": "-1"}])
async def test_what_has_no_id_to_go_by_is_handed_on(data: dict[str, Any]) -> None:
    place = Place()
    place.arrivals(data | {"n": 7})
    await wait_until(lambda: place.begun == [7])


@pytest.mark.parametrize("astray", [-86_400.0, -3600.0, 0.0, 3600.0, 86_400.0 * 365])
def test_a_clock_that_goes_wrong_makes_no_interaction_old(astray: float) -> None:
    clock = HandClock()
    gauge = AgeGauge(2.5, clock)
    assert [gauge.age(made(clock, 0.1, astray)) for _ in range(20)] == pytest.approx([0] * 20, abs=0.01)
    assert gauge.age(made(clock, 30.1, astray)) == pytest.approx(30, abs=0.01)


def test_an_id_that_is_made_up_does_no_harm_to_others() -> None:
    clock = HandClock()
    gauge = AgeGauge(2.5, clock)
    for _ in range(15):
        gauge.age(made(clock))
    for nonsense in (0, made(clock, astray=1e8), 1 << 62, 1):
        gauge.age(nonsense)
        assert gauge.age(made(clock)) < 0.01


def test_when_all_are_late_for_long_it_is_the_clock() -> None:
    clock = HandClock()
    gauge = AgeGauge(2.5, clock)
    for _ in range(20):
        gauge.age(made(clock))
    ages = []
    for _ in range(5):
        ages.append(gauge.age(made(clock, astray=-600)))
        clock.now += 20
    assert ages == pytest.approx([600, 600, 600, 0, 0], abs=0.01)


async def test_each_is_followed_from_its_arrival_and_one_that_is_too_late_is_counted() -> None:
    place, metrics = Place(told=2.5), Metrics()
    place.arrive(0.0)
    take = follow_interactions(place.arrivals, metrics)
    for age in (0.0, 9.0):
        take({"id": str(made(place.clock, age)), "n": 1, "type": 3})
    await wait_until(lambda: len(place.begun) == 2)
    samples = read_registry(metrics.registry)
    assert samples["charla_interactions_total{kind=button,outcome=late}"] == 1


async def test_what_is_begun_has_the_context_in_which_it_came() -> None:
    context, seen = ContextVar("context", default=0), list[int]()
    arrivals = Arrivals(lambda _: seen.append(context.get()), lambda *_: None, Ages())
    for number in (1, 2):
        context.set(number)
        arrivals({"n": number})
    context.set(3)
    await wait_until(lambda: len(seen) == 2)
    assert seen == [1, 2]
