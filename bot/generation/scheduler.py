"""Schedule requests: a bounded, fair queue in front of worker threads that each own stateful copies of models."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import Context, copy_context
from dataclasses import dataclass, field

from bot.errors import GenerationError
from bot.generation.choose import Draft, choose, judge, needs_more, widen
from bot.generation.decode import write_texts
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.fair_queue import FairQueue
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, GenerationResult
from bot.generation.worker_watch import REPLACING_SECONDS, WorkerWatch

log = logging.getLogger(__name__)

RESTARTING = "Charla is restarting. Please try again in a minute."

MakeCopy = Callable[[Model], StatefulCopy]
"""Makes a stateful copy, ready to advance; called in the worker's own thread."""


@dataclass(eq=False)
class Ticket:
    """A request that was accepted.

    Attributes:
        request: what to write.
        model: the model that writes.
        user: identifies the user who asked.
        accepted: when it was accepted, by `time.monotonic`.
        deadline: until when it must be finished, by `time.monotonic`.
        result: becomes the result, or the `GenerationError` that says why there is none. Its callbacks run in a
            worker's thread.
        context: where it was asked for: the log's lines about it are tied to those.
    """

    request: GenerationRequest
    model: Model
    user: Hashable
    accepted: float
    deadline: float
    result: Future[GenerationResult] = field(default_factory=Future)
    context: Context = field(default_factory=copy_context)
    _given_up: GenerationError | None = None

    def __post_init__(self) -> None:
        # Giving up goes through `give_up` alone: as a running future, `result` refuses to be cancelled.
        self.result.set_running_or_notify_cancel()

    def give_up(self, reason: GenerationError) -> None:
        """Make the worker stop at the next chunk, or not start at all."""
        self._given_up = reason

    def check(self) -> None:
        """Raise the reason why the text is not wanted any more, if there is one.

        Raises:
            GenerationError: it was given up, or its deadline has passed.
        """
        if self._given_up:
            raise self._given_up
        if time.monotonic() > self.deadline:
            waited = round(self.deadline - self.accepted)
            raise GenerationError(f"This took longer than {waited} seconds. Please try again, or ask for less text.")


class WorkerPool:
    """Workers behind a bounded, fair queue.

    Args:
        models: every worker makes a copy of each of these when it starts, and of another model at its first request.
        make_copy: makes a copy.
        workers: how many threads.
        queue_size: how many requests may wait.
    """

    def __init__(self, models: Iterable[Model], make_copy: MakeCopy, workers: int, queue_size: int) -> None:
        self.workers = workers
        self._models = list(models)
        self._served: dict[str, Model] | None = None  # until they are read again, every model that is asked for
        self._make_copy = make_copy
        self._queue: FairQueue[Ticket] = FairQueue(queue_size)
        self._lock = threading.Lock()  # guards the queue, the open tickets and whether the pool stops
        self._open: set[Ticket] = set()
        self._stopping = False
        self.watch = WorkerWatch(model.name for model in self._models)
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._own = threading.local()

    def start(self) -> None:
        """Make every worker's copies, and return when all of them are ready.

        Raises:
            Exception: a copy could not be made.
        """
        # The barrier holds each thread until all have made theirs: else a quick one would take two of these tasks.
        together = threading.Barrier(self.workers)
        makings = [self._executor.submit(self._make_copies, together) for _ in range(self.workers)]
        errors = [error for making in makings if (error := making.exception())]
        if errors:
            self._executor.shutdown()
            raise next((e for e in errors if not isinstance(e, threading.BrokenBarrierError)), errors[0])

    def submit(
        self, request: GenerationRequest, model: Model, user: Hashable, timeout: float, *, server: Hashable = None
    ) -> Ticket:
        """Accept a request, and return at once.

        Args:
            request: what to write.
            model: the model that writes.
            user: identifies the user who asks.
            timeout: seconds from now until it must be finished.
            server: identifies the server whose users share its turns; None where the user is as good as one.

        Raises:
            GenerationError: the queue is full, or the pool is stopping.
        """
        now = time.monotonic()
        ticket = Ticket(request, model, user, accepted=now, deadline=now + timeout)
        with self._lock:
            self._check_room()
            self._queue.put(server, user, ticket, request.work)
            self._open.add(ticket)
            # The executor gets a turn, not this ticket: the worker that runs it takes the request that is next by then.
            self._executor.submit(self._take_turn)
        return ticket

    def check_room(self) -> None:
        """Check that a request could be accepted now.

        Raises:
            GenerationError: the queue is full, or the pool is stopping.
        """
        with self._lock:
            self._check_room()

    def _check_room(self) -> None:
        if self._stopping:
            raise GenerationError(RESTARTING)
        if self._queue.is_full:
            raise GenerationError(f"{len(self._queue):,} requests are waiting already. Please try again in a moment.")

    def ahead(self, ticket: Ticket) -> int | None:
        """Return how many waiting requests will be taken up before this one, or None when it does not wait any more."""
        with self._lock:
            return self._queue.ahead(ticket)

    @property
    def load(self) -> tuple[int, int]:
        """The number of requests that wait, and of those that are being written."""
        with self._lock:
            return len(self._queue), len(self._open) - len(self._queue)

    def cancel(self, ticket: Ticket) -> None:
        """Give a request up: at once while it waits, at the next chunk while it runs."""
        self._give_up([ticket], GenerationError("Cancelled."))

    def replace_models(self, models: Iterable[Model], default: Model) -> None:
        """Let go of the copies of models that are not among these, in each worker when it takes its next turn.

        Requests that were accepted get their text all the same. `default` is the one that the pool cannot do without.
        """
        self._served = {model.name: model for model in models}
        self.watch.need([default.name])

    def stop(self, grace: float) -> None:
        """Refuse new requests, finish the accepted ones for `grace` seconds, and give up those that are left then.

        Returns when every ticket has its result or error and the threads have ended.
        """
        self.watch.note_stopping()
        with self._lock:
            self._stopping = True
            tickets = list(self._open)
        wait([ticket.result for ticket in tickets], timeout=grace)
        self._give_up(tickets, GenerationError(RESTARTING))
        self._executor.shutdown()

    def _give_up(self, tickets: list[Ticket], reason: GenerationError) -> None:
        for ticket in tickets:
            ticket.give_up(reason)  # a worker that writes it sees this after its chunk
            with self._lock:
                waiting = self._queue.remove(ticket)
            if waiting:
                self._close(ticket)
                ticket.result.set_exception(reason)

    def _make_copies(self, together: threading.Barrier) -> None:
        self._own.copies = {}
        try:
            for model in self._models:
                self._copy(model)
        except BaseException:
            together.abort()
            raise
        together.wait()

    def _copy(self, model: Model) -> StatefulCopy:
        copies: dict[str, tuple[Model, StatefulCopy]] = self._own.copies
        held = copies.get(model.name)
        if held is None or held[0] is not model:
            self._drop(model.name)  # before the new one takes its memory
            held = copies[model.name] = model, self._make_copy(model)
            self.watch.note_copy(model.name)
        return held[1]

    def _drop(self, name: str) -> None:
        if self._own.copies.pop(name, None):
            self.watch.note_dropped(name)

    def _let_go(self) -> None:
        """Drop this worker's copies of models that are not served any more."""
        served, copies = self._served, self._own.copies
        if served is None:
            return
        for name in [name for name, (model, _) in copies.items() if served.get(name) is not model]:
            self._drop(name)

    def _take_turn(self) -> None:
        """Write the request that is next; runs in a worker's thread."""
        with self._lock:
            ticket = self._queue.take()
        self._let_go()
        if ticket is None:
            return  # the request that this turn was meant for was cancelled
        with self.watch.busy_until(ticket.deadline):
            self._settle(ticket)

    def _settle(self, ticket: Ticket) -> None:
        """Write a request, and set its result or its error."""
        try:
            result = self._write(ticket)
        except GenerationError as error:
            self._close(ticket)
            ticket.result.set_exception(error)
        except Exception:  # noqa: BLE001 - the person who asked is told, and the worker goes on
            ticket.context.run(log.exception, "A worker's copy of model %s failed; it is replaced", ticket.model.name)
            self._close(ticket)
            ticket.result.set_exception(GenerationError("Writing failed. Please try again."))
            self._replace(ticket.model)
        else:
            self._close(ticket)
            ticket.result.set_result(result)

    def _write(self, ticket: Ticket) -> GenerationResult:
        """Write a request's texts.

        Raises:
            GenerationError: the request was given up, or its deadline has passed.
        """
        taken_up = time.monotonic()
        ticket.check()  # it may have waited past its deadline
        copy, model = self._copy(ticket.model), ticket.model
        # Write all drafts side by side, and more of them while too few are good.
        drafts = _write_drafts(copy, ticket, first=0)
        while needs_more(drafts, ticket.request):
            drafts += _write_drafts(copy, ticket, first=len(drafts))
        return GenerationResult(
            request=ticket.request,
            completions=choose(drafts, ticket.request),
            model=model.name,
            engine=copy.engine,
            queued_seconds=taken_up - ticket.accepted,
            generating_seconds=time.monotonic() - taken_up,
        )

    def _replace(self, model: Model) -> None:
        """Make this worker a new copy of a model: one that failed may be in any state."""
        if self._own.copies.pop(model.name, None):
            self.watch.note_failure(model.name)
        try:
            with self.watch.busy_until(time.monotonic() + REPLACING_SECONDS):
                self._copy(model)
        except Exception:  # there may be memory again for the next request
            self.watch.note_unmade(model.name)
            log.exception("Replacing the copy of model %s failed; the next request tries again", model.name)

    def _close(self, ticket: Ticket) -> None:
        with self._lock:
            self._open.discard(ticket)


def _write_drafts(copy: StatefulCopy, ticket: Ticket, first: int) -> list[Draft]:
    """Write and judge drafts from number `first` on; stop after a chunk where they are not wanted any more.

    Raises:
        GenerationError: the request was given up, or its deadline has passed.
    """
    request, model = ticket.request, ticket.model
    texts = write_texts(copy, model.vocabulary, widen(request), first_completion=first, after_chunk=ticket.check)
    return judge(texts, request, model.learned)
