"""The workers: threads that each own stateful copies of models and take turns from one fair queue."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from bot.generation.decode import write
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.fair_queue import FairQueue, QueueFullError
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, GenerationResult

log = logging.getLogger(__name__)

MakeCopy = Callable[[Model], StatefulCopy]
"""Makes a stateful copy, ready to advance; called in the worker's own thread."""


class GenerationError(Exception):
    """Why a request got no text; the message is fit for the person who asked."""


class BusyError(GenerationError):
    """The queue was full."""


class StoppedError(GenerationError):
    """The pool takes no more requests, or gave this one up in order to stop."""


class DeadlineError(GenerationError):
    """The request was not finished in time."""


class CancelledError(GenerationError):
    """Whoever asked does not want the text any more."""


class WorkerError(GenerationError):
    """The copy failed; its worker has replaced it."""


@dataclass(eq=False)
class Ticket:
    """A request that was accepted.

    Attributes:
        result: becomes the result, or one of the errors above. Its callbacks run in a worker's thread.
    """

    request: GenerationRequest
    model: Model
    user: Hashable
    accepted: float
    deadline: float
    result: Future[GenerationResult] = field(default_factory=Future)
    _given_up: GenerationError | None = None

    def __post_init__(self) -> None:
        # Giving up goes through `give_up` alone: as a running future, `result` refuses to be cancelled.
        self.result.set_running_or_notify_cancel()

    def give_up(self, reason: GenerationError) -> None:
        """Have the worker stop at the next chunk, or not start at all."""
        self._given_up = reason

    def check(self) -> None:
        """Raise the reason if the text is not wanted any more.

        Raises:
            GenerationError: it was given up, or its deadline has passed.
        """
        if self._given_up:
            raise self._given_up
        if time.monotonic() > self.deadline:
            waited = round(self.deadline - self.accepted)
            raise DeadlineError(f"This took longer than {waited} seconds. Please try again, or ask for less text.")


class WorkerPool:
    """Workers behind a bounded, fair queue.

    Args:
        models: every worker has a copy of each from the start; of any other at its first request.
        make_copy: makes one.
        workers: how many threads.
        queue_size: how many requests may wait.
    """

    def __init__(self, models: Iterable[Model], make_copy: MakeCopy, workers: int, queue_size: int) -> None:
        self.workers = workers
        self._models = list(models)
        self._make_copy = make_copy
        self._queue: FairQueue[Ticket] = FairQueue(queue_size)
        self._lock = threading.Lock()  # guards the queue, the open tickets and whether the pool stops
        self._open: set[Ticket] = set()
        self._stopping = False
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="worker")
        self._own = threading.local()

    def start(self) -> None:
        """Make every worker's copies; returns when all of them are ready.

        Raises:
            Exception: whatever the making of a copy raised.
        """
        together = threading.Barrier(self.workers)
        makings = [self._executor.submit(self._make_copies, together) for _ in range(self.workers)]
        errors = [error for making in makings if (error := making.exception())]
        if errors:
            self._executor.shutdown()
            raise next((e for e in errors if not isinstance(e, threading.BrokenBarrierError)), errors[0])

    def submit(self, request: GenerationRequest, model: Model, user: Hashable, timeout: float) -> Ticket:
        """Accept a request; never waits.

        Args:
            request: what to write.
            model: one of the pool's.
            user: whose turn it takes.
            timeout: seconds from now until it must be finished.

        Raises:
            BusyError: as many requests are waiting as may.
            StoppedError: the pool is stopping.
        """
        now = time.monotonic()
        ticket = Ticket(request, model, user, accepted=now, deadline=now + timeout)
        with self._lock:
            if self._stopping:
                raise _stopped()
            try:
                self._queue.put(user, ticket)
            except QueueFullError:
                raise BusyError(
                    f"{len(self._queue):,} requests are waiting already. Please try again in a moment."
                ) from None
            self._open.add(ticket)
            # Not this ticket's but a turn: whichever worker gets it takes whoever's turn it is by then.
            self._executor.submit(self._take_turn)
        return ticket

    def ahead(self, ticket: Ticket) -> int | None:
        """How many of the waiting requests will be taken up before this one; None when it does not wait any more."""
        with self._lock:
            return self._queue.ahead(ticket.user, ticket)

    @property
    def load(self) -> tuple[int, int]:
        """How many requests are waiting, and how many are being written."""
        with self._lock:
            return len(self._queue), len(self._open) - len(self._queue)

    def cancel(self, ticket: Ticket) -> None:
        """Give a request up: at once while it waits, at the next chunk while it runs."""
        self._give_up([ticket], CancelledError("Cancelled."))

    def stop(self, grace: float) -> None:
        """Refuse new requests, finish the accepted ones for `grace` seconds, give up what is left then.

        Returns when every ticket has its result or error and the threads have ended.
        """
        with self._lock:
            self._stopping = True
            tickets = list(self._open)
        wait([ticket.result for ticket in tickets], timeout=grace)
        self._give_up(tickets, _stopped())
        self._executor.shutdown()

    def _give_up(self, tickets: list[Ticket], reason: GenerationError) -> None:
        for ticket in tickets:
            ticket.give_up(reason)
            with self._lock:
                waiting = self._queue.remove(ticket.user, ticket)
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
        together.wait()  # so that no thread takes another one's share of the making

    def _copy(self, model: Model) -> StatefulCopy:
        copies: dict[str, StatefulCopy] = self._own.copies
        if model.name not in copies:
            copies[model.name] = self._make_copy(model)
        return copies[model.name]

    def _take_turn(self) -> None:
        with self._lock:
            ticket = self._queue.take()
        if ticket is None:
            return  # whoever this turn was meant for was cancelled
        try:
            result = self._write(ticket)
        except GenerationError as error:
            self._close(ticket)
            ticket.result.set_exception(error)
        except Exception:  # whatever it was, its person is told and its worker goes on
            log.exception("A worker's copy of model %s failed; it is replaced", ticket.model.name)
            self._close(ticket)
            ticket.result.set_exception(WorkerError("Writing failed. Please try again."))
            self._replace(ticket.model)
        else:
            self._close(ticket)
            ticket.result.set_result(result)

    def _write(self, ticket: Ticket) -> GenerationResult:
        taken_up = time.monotonic()
        ticket.check()
        copy = self._copy(ticket.model)
        completions = [""] * ticket.request.count
        for added in write(copy, ticket.model.vocabulary, ticket.request):
            completions = [text + more for text, more in zip(completions, added, strict=True)]
            ticket.check()
        return GenerationResult(
            request=ticket.request,
            completions=tuple(completions),
            model=ticket.model.name,
            engine=copy.engine,
            queued_seconds=taken_up - ticket.accepted,
            generating_seconds=time.monotonic() - taken_up,
        )

    def _replace(self, model: Model) -> None:
        self._own.copies.pop(model.name, None)
        try:
            self._copy(model)
        except Exception:  # likewise: there may be memory again for the next request
            log.exception("Replacing the copy of model %s failed; the next request tries again", model.name)

    def _close(self, ticket: Ticket) -> None:
        with self._lock:
            self._open.discard(ticket)


def _stopped() -> StoppedError:
    return StoppedError("Charla is restarting. Please try again in a minute.")
