from __future__ import annotations

import asyncio
import threading

import pytest

from bot.chat import fair_thread
from bot.chat.fair_thread import FairThread
from bot.errors import GenerationError, RefusalError


class Held:
    """A call that holds the thread until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.let_go.wait(20)


async def hold(thread: FairThread) -> tuple[Held, asyncio.Task[None]]:
    held = Held()
    task = asyncio.create_task(thread.run(held, work=1, user="first", server="crowded"))
    assert await asyncio.to_thread(held.reached.wait, 20)
    return held, task


async def test_a_function_is_called_in_another_thread_and_its_result_comes_back() -> None:
    other = await FairThread().run(threading.current_thread, work=1, user="ana")
    assert other is not threading.current_thread()
    assert await FairThread().run(divmod, 7, 2, work=1, user="ana") == (3, 1)


async def test_what_a_function_raises_is_raised_where_it_was_asked_for() -> None:
    def refuse() -> None:
        raise RefusalError("no")

    thread = FairThread()
    with pytest.raises(RefusalError, match="no"):
        await thread.run(refuse, work=1, user="ana")
    assert await thread.run(len, "abc", work=0, user="ana") == 3


async def test_servers_take_turns_whatever_the_number_of_their_users() -> None:
    thread, made = FairThread(), list[str]()
    held, first = await hold(thread)
    calls = [thread.run(made.append, f"c{n}", work=9, user=n, server="crowded") for n in range(20)]
    calls += [thread.run(made.append, "quiet", work=9, user="ana", server="quiet")]
    calls += [thread.run(made.append, "direct", work=9, user="ben")]
    waiting = asyncio.gather(*calls)
    await asyncio.sleep(0)
    held.let_go.set()
    await asyncio.gather(first, waiting)
    assert made[:4] == ["c0", "quiet", "direct", "c1"]


async def test_a_call_that_nobody_waits_for_any_more_is_not_made() -> None:
    thread, made = FairThread(), list[str]()
    held, first = await hold(thread)
    given_up = asyncio.create_task(thread.run(made.append, "given up", work=1, user="ana"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    held.let_go.set()
    await first
    await thread.run(made.append, "next", work=1, user="ana")
    assert made == ["next"]


async def test_more_calls_than_may_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_thread, "CAPACITY", 1)
    thread = FairThread()
    held, first = await hold(thread)
    second = asyncio.create_task(thread.run(len, "", work=1, user="ana"))
    await asyncio.sleep(0)
    with pytest.raises(GenerationError, match="1 requests are waiting already"):
        await thread.run(len, "", work=1, user="ben")
    held.let_go.set()
    await asyncio.gather(first, second)
