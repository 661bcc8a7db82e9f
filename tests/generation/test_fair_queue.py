from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.fair_queue import FairQueue, QueueFullError


def drain(queue: FairQueue[str]) -> list[str]:
    taken = []
    while (item := queue.take()) is not None:
        taken.append(item)
    return taken


def test_fifty_requests_of_one_user_delay_another_by_one_turn() -> None:
    queue: FairQueue[str] = FairQueue(100)
    for number in range(50):
        queue.put("ana", f"ana {number}")
    queue.put("ben", "ben 0")
    assert drain(queue)[:3] == ["ana 0", "ben 0", "ana 1"]


def test_users_take_turns_and_each_keeps_the_order_of_asking() -> None:
    queue: FairQueue[str] = FairQueue(10)
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.put(item[0], item)
    assert list(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert drain(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_who_was_served_goes_behind_those_who_wait() -> None:
    queue: FairQueue[str] = FairQueue(10)
    for item in ("a1", "a2", "b1"):
        queue.put(item[0], item)
    assert queue.take() == "a1"
    queue.put("c", "c1")
    assert drain(queue) == ["b1", "a2", "c1"]


def test_a_full_queue_refuses_and_keeps_what_it_has() -> None:
    queue: FairQueue[str] = FairQueue(2)
    queue.put("a", "a1")
    queue.put("b", "b1")
    with pytest.raises(QueueFullError):
        queue.put("c", "c1")
    assert drain(queue) == ["a1", "b1"]


def test_removing_takes_one_item_out_of_its_line() -> None:
    queue: FairQueue[str] = FairQueue(10)
    for item in ("a1", "a2", "b1"):
        queue.put(item[0], item)
    assert queue.remove("a", "a1")
    assert not queue.remove("a", "a1")
    assert not queue.remove("nobody", "a1")
    assert queue.remove("b", "b1")
    assert len(queue) == 1
    assert drain(queue) == ["a2"]


@given(st.lists(st.one_of(st.integers(0, 4), st.none()), max_size=60))
def test_how_many_are_ahead_is_the_place_in_the_order_of_taking(steps: list[int | None]) -> None:
    queue: FairQueue[str] = FairQueue(1000)
    for number, step in enumerate(steps):
        if step is None:
            queue.take()
        else:
            queue.put(step, f"{step}/{number}")
    for place, item in enumerate(list(queue)):
        assert queue.ahead(int(item[0]), item) == place
    assert queue.ahead(5, "x") is None
    assert queue.ahead(0, "x") is None


@given(st.lists(st.one_of(st.integers(0, 4), st.none()), max_size=60))
def test_nothing_is_lost_or_doubled_and_the_preview_is_true(steps: list[int | None]) -> None:
    """A number is a user who puts an item, None is a worker who takes one."""
    queue: FairQueue[str] = FairQueue(1000)
    put: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for number, step in enumerate(steps):
        if step is None:
            foreseen = next(iter(queue), None)
            item = queue.take()
            assert item == foreseen
            taken.update([item] if item else [])
        else:
            queue.put(step, f"{step}/{number}")
            put[f"{step}/{number}"] += 1
    assert len(queue) == (put - taken).total()
    taken.update(drain(queue))
    assert taken == put
