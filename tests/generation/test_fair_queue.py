from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.fair_queue import FairQueue, QueueFullError

WORK = 100


@dataclass(frozen=True)
class Asked:
    """A request as it is put: whose it is, and how much work."""

    server: int
    user: int
    number: int
    work: int


def drain(queue: FairQueue[str]) -> list[str]:
    taken = []
    while (item := queue.take()) is not None:
        taken.append(item)
    return taken


def put_all(queue: FairQueue[str], *items: str, server: str = "s", work: int = WORK) -> None:
    """Put items whose first letter is their user."""
    for item in items:
        queue.put(server, item[0], item, work)


def put_asked(queue: FairQueue[Asked], asked: list[tuple[int, int, int]]) -> list[Asked]:
    made = [Asked(server, user, number, work) for number, (server, user, work) in enumerate(asked)]
    for each in made:
        queue.put(each.server, each.user, each, each.work)
    return made


def test_fifty_requests_of_one_user_delay_another_by_one_turn() -> None:
    queue: FairQueue[str] = FairQueue(100)
    put_all(queue, *(f"ana {number}" for number in range(50)), "ben 0")
    assert drain(queue)[:3] == ["ana 0", "ben 0", "ana 1"]


def test_users_take_turns_and_each_keeps_the_order_of_asking() -> None:
    queue: FairQueue[str] = FairQueue(10)
    put_all(queue, "a1", "a2", "a3", "b1", "c1", "c2")
    assert list(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert drain(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_who_was_served_goes_behind_those_who_wait() -> None:
    queue: FairQueue[str] = FairQueue(10)
    put_all(queue, "a1", "a2", "b1")
    assert queue.take() == "a1"
    put_all(queue, "c1")
    assert drain(queue) == ["b1", "a2", "c1"]


def test_two_hundred_users_of_one_server_delay_another_server_by_one_turn() -> None:
    queue: FairQueue[str] = FairQueue(1000)
    for number in range(200):
        queue.put("crowded", number, f"crowded {number}", WORK)
    for number in range(7):
        queue.take()
        queue.put("crowded", number, f"crowded again {number}", WORK)
    queue.put("quiet", "ana", "quiet", WORK)
    queue.put("quiet", "ana", "quiet again", WORK)
    assert [name.split()[0] for name in drain(queue)[:4]] == ["crowded", "quiet", "crowded", "quiet"]


def test_users_outside_servers_are_each_a_server_of_their_own() -> None:
    queue: FairQueue[str] = FairQueue(10)
    put_all(queue, "a1", "b1", "c1", server="s")
    queue.put(None, "d", "d1", WORK)
    queue.put(None, "e", "e1", WORK)
    assert drain(queue) == ["a1", "d1", "e1", "b1", "c1"]


def test_a_long_request_waits_for_as_much_work_of_others() -> None:
    queue: FairQueue[str] = FairQueue(100)
    put_all(queue, "a long", work=20_000)
    put_all(queue, *(f"b {number}" for number in range(80)), work=280)
    assert drain(queue).index("a long") == 20_000 // 280


def test_a_full_queue_refuses_and_keeps_what_it_has() -> None:
    queue: FairQueue[str] = FairQueue(2)
    put_all(queue, "a1", "b1")
    with pytest.raises(QueueFullError):
        put_all(queue, "c1")
    assert drain(queue) == ["a1", "b1"]


def test_removing_takes_one_item_out_of_its_line() -> None:
    queue: FairQueue[str] = FairQueue(10)
    put_all(queue, "a1", "a2", "b1")
    assert queue.remove("a1")
    assert not queue.remove("a1")
    assert not queue.remove("nobody's")
    assert queue.remove("b1")
    assert len(queue) == 1
    assert drain(queue) == ["a2"]


Step = tuple[int, int, int] | int | None
SERVERS, USERS, WORKS = st.integers(0, 3), st.integers(0, 3), st.integers(1, 500)
ASKED = st.tuples(SERVERS, USERS, WORKS)
STEPS = st.lists(st.one_of(ASKED, st.none(), st.integers(0, 50)), max_size=60)
"""What happens to a queue: an item is put, a worker takes one, or one that waits is cancelled."""


def play(queue: FairQueue[Asked], steps: list[Step]) -> list[Asked]:
    """Put, take and cancel; return what was taken."""
    taken = []
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            server, user, work = step
            queue.put(server, user, Asked(server, user, number, work), work)
        elif step is None:
            foreseen, item = next(iter(queue), None), queue.take()
            assert item == foreseen
            taken += [item] if item else []
        elif waiting := list(queue):
            assert queue.remove(waiting[step % len(waiting)])
    return taken


@given(STEPS)
def test_how_many_are_ahead_is_the_place_in_the_order_of_taking(
    steps: list[Step],
) -> None:
    queue: FairQueue[Asked] = FairQueue(1000)
    play(queue, steps)
    told = {item: queue.ahead(item) for item in queue}
    taken = [queue.take() for _ in range(len(queue))]
    assert [told[item] for item in taken if item] == list(range(len(taken)))
    assert queue.take() is None
    assert queue.ahead(Asked(9, 9, 9, 9)) is None


@given(STEPS)
def test_nothing_is_lost_or_doubled_and_users_are_served_in_the_order_of_asking(
    steps: list[Step],
) -> None:
    queue: FairQueue[Asked] = FairQueue(1000)
    taken = play(queue, [step for step in steps if not isinstance(step, int)])
    taken += [item for item in [queue.take() for _ in range(len(queue))] if item]
    assert len(taken) == len(set(taken)) == sum(isinstance(step, tuple) for step in steps)
    numbers: dict[tuple[int, int], list[int]] = defaultdict(list)
    for item in taken:
        numbers[item.server, item.user].append(item.number)
    assert all(of_user == sorted(of_user) for of_user in numbers.values())


@given(st.lists(ASKED, min_size=2, max_size=60))
def test_while_two_servers_wait_their_work_differs_by_one_item_of_each_at_most(
    asked: list[tuple[int, int, int]],
) -> None:
    """Golestani's bound, for all pairs of servers, and for all pairs of users within each."""
    queue: FairQueue[Asked] = FairQueue(1000)
    left = put_asked(queue, asked)
    for whose in (lambda each: each.server, lambda each: (each.server, each.user)):
        largest = {whose(each): max(e.work for e in left if whose(e) == whose(each)) for each in left}
        got: Counter[object] = Counter()
        order = list(queue)
        for place, item in enumerate(order):
            got[whose(item)] += item.work
            waiting = {whose(each) for each in order[place + 1 :]}
            for one in waiting:
                for other in waiting:
                    if not isinstance(one, tuple) or one[0] == other[0]:
                        assert abs(got[one] - got[other]) <= largest[one] + largest[other]


@given(st.lists(st.one_of(ASKED, st.none()), max_size=80), st.lists(ASKED, max_size=40), WORKS)
def test_until_a_new_servers_item_is_taken_each_other_server_gets_as_much_and_one_item_more(
    before: list[tuple[int, int, int] | None], after: list[tuple[int, int, int]], work: int
) -> None:
    """However many users and items the others have, and whatever they ask for once it waits."""
    queue: FairQueue[Asked] = FairQueue(1000)
    play(queue, [*before])
    largest = Counter[int]()
    for server, _, each in [step for step in before if step] + after:
        largest[server] = max(largest[server], each)
    new = Asked(99, 99, -1, work)
    queue.put(99, 99, new, work)
    got = Counter[int]()
    joining = iter(enumerate(after, start=1000))
    while (item := queue.take()) != new:
        assert item
        got[item.server] += item.work
        for number, (server, user, each) in islice(joining, 2):
            queue.put(server, user, Asked(server, user, number, each), each)
    assert all(got[server] <= work + largest[server] for server in got)


@given(st.integers(1, 500), st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_nobody_starves_however_many_new_servers_ask_for_little(work: int, works: list[int]) -> None:
    """A new server joins whenever there is room: its item is taken before what has waited, but not for ever."""
    queue: FairQueue[Asked] = FairQueue(10)
    waits = Asked(0, 0, 0, work)
    queue.put(0, 0, waits, work)
    taken, number = None, 0
    while taken != waits:
        while len(queue) < 10:
            number += 1
            each = works[number % len(works)]
            queue.put(number, number, Asked(number, number, number, each), each)
        taken = queue.take()
        assert number <= 10 * (work + max(works))
