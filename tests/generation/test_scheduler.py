from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import wait

import numpy.typing as npt
import pytest

from bot.errors import GenerationError
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, Sampling
from bot.generation.scheduler import MakeCopy, Ticket, WorkerPool
from bot.generation.vocabulary import Ids
from tests.support.random_models import NumpyCopy, random_model
from tests.support.reference_texts import write_by_reference

SOON = 10.0
MakePool = Callable[..., WorkerPool]


class Gate(NumpyCopy):
    """A copy that waits before each chunk until it is let through."""

    opened = threading.Semaphore(0)
    reached = threading.Semaphore(0)

    def advance(self, forced: Ids, uniforms: npt.NDArray, sampling: Sampling) -> Ids:  # type: ignore[type-arg]
        Gate.reached.release()
        assert Gate.opened.acquire(timeout=SOON)
        return super().advance(forced, uniforms, sampling)


@pytest.fixture
def make_pool(model: Model) -> Iterator[MakePool]:
    Gate.opened, Gate.reached = threading.Semaphore(0), threading.Semaphore(0)
    pools = []

    def make(make_copy: MakeCopy = NumpyCopy, workers: int = 1, queue_size: int = 100) -> WorkerPool:
        pool = WorkerPool([model], make_copy, workers, queue_size)
        pool.start()
        pools.append(pool)
        return pool

    yield make
    Gate.opened.release(10_000)
    for pool in pools:
        pool.stop(grace=0)


def submit(pool: WorkerPool, model: Model, user: str = "ana", timeout: float = SOON, **options: int) -> Ticket:
    request = GenerationRequest("seed", **{"length": 30, "random_seed": 1} | options)  # type: ignore[arg-type]
    return pool.submit(request, model, user, timeout)


def test_a_request_comes_back_with_its_text(make_pool: MakePool, model: Model) -> None:
    result = submit(make_pool(), model).result.result(SOON)
    assert result.completions == (write_by_reference(model, result.request),)
    assert (result.model, result.engine) == ("tiny", "numpy")
    assert result.queued_seconds >= 0
    assert result.generating_seconds > 0


def test_every_worker_owns_a_copy_made_in_its_own_thread_before_start_returns(make_pool: MakePool) -> None:
    makers = []

    def make(model: Model) -> NumpyCopy:
        makers.append(threading.current_thread().name)
        return NumpyCopy(model)

    make_pool(make, workers=3)
    assert len(set(makers)) == len(makers) == 3


def test_the_same_request_gives_the_same_text_whatever_the_worker_or_load(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(workers=4)
    tickets = [submit(pool, model, user=str(n % 7), random_seed=n % 5, top_n=98) for n in range(100)]
    texts = {(t.request.random_seed, t.result.result(SOON).completions) for t in tickets}
    assert len(texts) == 5


def test_users_take_turns(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(Gate)
    done: list[str] = []
    first = submit(pool, model, "ana")
    assert Gate.reached.acquire(timeout=SOON)
    for number in range(50):
        ticket = submit(pool, model, "ana")
        ticket.result.add_done_callback(lambda _, number=number: done.append(f"ana {number}"))  # type: ignore[misc]
    ben = submit(pool, model, "ben")
    ben.result.add_done_callback(lambda _: done.append("ben"))
    Gate.opened.release(1000)
    first.result.result(SOON)
    ben.result.result(SOON)
    assert done[:2] in (["ana 0", "ben"], ["ben"], ["ben", "ana 0"])


def test_a_full_queue_refuses_at_once(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(Gate, queue_size=2)
    running = submit(pool, model)
    assert Gate.reached.acquire(timeout=SOON)
    waiting = [submit(pool, model) for _ in range(2)]
    with pytest.raises(GenerationError, match="2 requests are waiting"):
        submit(pool, model)
    Gate.opened.release(1000)
    for ticket in (running, *waiting):
        ticket.result.result(SOON)


def test_a_waiting_request_is_cancelled_at_once(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(Gate)
    running = submit(pool, model)
    assert Gate.reached.acquire(timeout=SOON)
    waiting = submit(pool, model)
    pool.cancel(waiting)
    assert isinstance(waiting.result.exception(0), GenerationError)
    Gate.opened.release(1000)
    running.result.result(SOON)
    submit(pool, model).result.result(SOON)


def test_a_running_request_is_cancelled_at_the_next_chunk(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(Gate)
    running = submit(pool, model, length=1_000_000)
    assert Gate.reached.acquire(timeout=SOON)
    pool.cancel(running)
    Gate.opened.release()
    assert isinstance(running.result.exception(SOON), GenerationError)


@pytest.mark.parametrize("length", [30, 1_000_000], ids=["while it waits", "while it runs"])
def test_a_request_past_its_deadline_is_given_up(make_pool: MakePool, model: Model, length: int) -> None:
    pool = make_pool(Gate)
    blocker = submit(pool, model)
    assert Gate.reached.acquire(timeout=SOON)
    if length > 30:
        Gate.opened.release()
        blocker.result.result(SOON)
    late = submit(pool, model, timeout=0.01, length=length)
    time.sleep(0.02)
    Gate.opened.release(1000)
    with pytest.raises(GenerationError, match="longer than"):
        late.result.result(SOON)


@pytest.mark.parametrize("attempts_that_fail", [0, 1])
def test_a_copy_that_fails_is_replaced_at_once_or_for_the_next_request_which_succeeds(
    make_pool: MakePool, model: Model, attempts_that_fail: int
) -> None:
    attempts = []

    class Fragile(NumpyCopy):
        def __init__(self, model: Model) -> None:
            attempts.append(self)
            if 1 < len(attempts) <= 1 + attempts_that_fail:
                raise MemoryError
            super().__init__(model)

        def advance(self, *args: object) -> Ids:
            if self is attempts[0]:
                raise RuntimeError("broken")
            return super().advance(*args)  # type: ignore[arg-type]

    pool = make_pool(Fragile)
    with pytest.raises(GenerationError):
        submit(pool, model).result.result(SOON)
    assert submit(pool, model).result.result(SOON).completions
    assert len(attempts) == 2 + attempts_that_fail


def test_an_error_while_copies_are_made_reaches_the_thread_that_starts_the_pool(model: Model) -> None:
    lock, made = threading.Lock(), []

    def make(model: Model) -> NumpyCopy:
        with lock:
            made.append(model)
            if len(made) == 2:
                raise MemoryError("too little")
        return NumpyCopy(model)

    with pytest.raises(MemoryError, match="too little"):
        WorkerPool([model], make, workers=3, queue_size=1).start()


def test_stopping_finishes_what_there_is_and_refuses_the_rest(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(workers=2)
    tickets = [submit(pool, model) for _ in range(20)]
    pool.stop(grace=SOON)
    assert all(ticket.result.exception(0) is None for ticket in tickets)
    with pytest.raises(GenerationError):
        submit(pool, model)


def test_stopping_gives_up_what_the_grace_period_is_too_short_for(make_pool: MakePool, model: Model) -> None:
    pool = make_pool(Gate)
    tickets = [submit(pool, model, length=1_000_000) for _ in range(3)]
    assert Gate.reached.acquire(timeout=SOON)
    stopping = threading.Thread(target=pool.stop, args=(0.05,))
    stopping.start()
    wait([tickets[1].result, tickets[2].result], SOON)  # those that wait are told before the one that runs
    Gate.opened.release(2)
    stopping.join(SOON)
    assert not stopping.is_alive()
    assert all(isinstance(ticket.result.exception(0), GenerationError) for ticket in tickets)


def test_several_models_each_have_their_copies(make_pool: MakePool) -> None:
    models = [random_model("one"), random_model("two", weights_seed=1)]
    pool = WorkerPool(models, NumpyCopy, workers=2, queue_size=10)
    pool.start()
    tickets = [submit(pool, model) for model in models * 3]
    assert [t.result.result(SOON).model for t in tickets] == ["one", "two"] * 3
    assert len({t.result.result(SOON).completions for t in tickets}) == 2
    pool.stop(grace=0)


def test_another_models_copy_is_made_at_its_first_request_and_kept(make_pool: MakePool, model: Model) -> None:
    made = []

    def make(model: Model) -> NumpyCopy:
        made.append(model.name)
        return NumpyCopy(model)

    pool, other = make_pool(make), random_model("other")
    assert made == ["tiny"]
    for _ in range(2):
        assert submit(pool, other).result.result(SOON).model == "other"
    assert made == ["tiny", "other"]


def test_a_copy_of_a_replaced_model_is_dropped_and_missed_only_if_no_new_one_can_be_made(
    make_pool: MakePool, model: Model
) -> None:
    changed, other, refusals = random_model("tiny", weights_seed=7), random_model("other"), [MemoryError()] * 2

    def make(model: Model) -> NumpyCopy:
        if model is changed and refusals:
            raise refusals.pop()
        return NumpyCopy(model)

    pool = make_pool(make)
    pool.replace_models([changed, other], changed)
    assert submit(pool, other).result.result(SOON).model == "other"
    assert pool.watch.missing_seconds() is None, "a new copy was not asked for yet"
    with pytest.raises(GenerationError):
        submit(pool, changed).result.result(SOON)
    submit(pool, other).result.result(SOON)  # the worker is done with the request before
    assert pool.watch.missing_seconds() is not None
    assert submit(pool, changed).result.result(SOON).completions
    assert pool.watch.missing_seconds() is None
    assert pool.watch.replaced == 0, "none has failed"
