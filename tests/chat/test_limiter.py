from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from bot.chat.limiter import Limiter
from bot.errors import RefusalError
from bot.settings import Settings


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(user: int, guild: int | None = 1) -> Any:
    return SimpleNamespace(user=SimpleNamespace(id=user), guild_id=guild)


def test_one_request_too_many_is_told_how_long_to_wait(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=2, rate_limit_seconds=20), clock)
    limiter.check(ask(1))
    clock.now += 5
    limiter.check(ask(1))
    with pytest.raises(RefusalError, match=r"You may ask 2 times in 20 seconds. Please wait 15 s"):
        limiter.check(ask(1))
    limiter.check(ask(2))
    clock.now += 15
    limiter.check(ask(1))


def test_a_servers_limit_is_shared_and_spares_direct_messages(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=0, rate_limit_server=2), clock)
    limiter.check(ask(1))
    limiter.check(ask(2))
    with pytest.raises(RefusalError, match="This server"):
        limiter.check(ask(3))
    limiter.check(ask(3, guild=None))
    limiter.check(ask(3, guild=2))


def test_a_request_that_the_server_limit_refuses_does_not_count_for_the_user(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=1, rate_limit_server=1), clock)
    limiter.check(ask(1))
    with pytest.raises(RefusalError):
        limiter.check(ask(2))
    limiter.check(ask(2, guild=None))


def test_none_means_any_number(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=0, rate_limit_server=0), clock)
    for _ in range(1000):
        limiter.check(ask(1))


def test_its_clock_is_one_that_nobody_sets() -> None:
    limiter = Limiter(Settings.load(rate_limit_user=1, rate_limit_seconds=20))
    assert limiter._clock is time.monotonic


def test_several_requests_at_once_count_as_many_and_wait_for_as_many(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=8, rate_limit_seconds=20), clock)
    limiter.check(ask(1))
    clock.now += 5
    limiter.check(ask(1), 6)
    limiter.check(ask(1))
    clock.now += 16
    limiter.check(ask(1))
    limiter.check(ask(1))
    limiter.check(ask(1))
    clock.now += 3
    with pytest.raises(RefusalError, match="Please wait 17 s"):
        limiter.check(ask(1), 6)
    limiter.check(ask(1), 5)


def test_more_at_once_than_may_be_made_in_the_time_count_as_all_of_those(clock: Clock) -> None:
    limiter = Limiter(Settings.load(rate_limit_user=5, rate_limit_seconds=20), clock)
    limiter.check(ask(1), 6)
    with pytest.raises(RefusalError, match="Please wait 20 s"):
        limiter.check(ask(1))
    clock.now += 21
    limiter.check(ask(1))
    with pytest.raises(RefusalError, match="You may ask 5 times"):
        limiter.check(ask(1), 6)
