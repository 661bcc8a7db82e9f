"""Sessions with Discord are counted: 1,000 a day are allowed."""

from __future__ import annotations

import pytest

from bot.chat.logins import A_DAY, MOST, Logins


async def test_no_day_has_more_sessions_than_are_allowed(caplog: pytest.LogCaptureFixture) -> None:
    now, begun = 50.0, list[float]()

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    logins = Logins(clock=lambda: now, sleep=sleep)
    for _ in range(3 * MOST):
        await logins.take()
        begun.append(now)
        now += 30
    assert begun[MOST - 1] - begun[0] < A_DAY, "they are not held up before"
    for first, next_day in zip(begun, begun[MOST:], strict=False):
        assert next_day - first >= A_DAY
    assert caplog.records[0].getMessage().startswith(f"{MOST} sessions with Discord in a day: the next is begun in ")


async def test_one_wait_is_one_line_however_often_it_is_broken_off(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0

    async def broken_off(_seconds: float) -> None:
        raise TimeoutError

    logins = Logins(2, clock=lambda: now, sleep=broken_off)
    await logins.take()
    await logins.take()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await logins.take()
    assert len(caplog.records) == 1
    now = A_DAY
    await logins.take()
