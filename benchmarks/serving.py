"""Serve waiting requests with two workers: Charla's own pool for its engines, plain threads for others."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from benchmarks.step_writer import Writer
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, GenerationResult
from bot.generation.scheduler import MakeCopy, WorkerPool

WORKERS = 2
LONG_ENOUGH = 3600.0
"""Seconds until a request is given up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A text, and the seconds from the submission of all requests to it."""

    text: str
    seconds: float


class Service(Protocol):
    """Workers, ready to write."""

    def serve(self, requests: Sequence[GenerationRequest], batch: int = 1) -> list[Reply]:
        """Submit all requests at once; return their replies, in the same order, when all are there.

        Args:
            requests: alike but for their random seeds.
            batch: how many a worker takes at a time.
        """

    def stop(self) -> None:
        """End the workers' threads."""


class PoolService:
    """An engine in Charla's own pool; every request comes from another user."""

    def __init__(self, make_copy: MakeCopy, model: Model) -> None:
        self._model = model
        self._pool = WorkerPool([model], make_copy, WORKERS, queue_size=100_000)
        self._pool.start()

    def serve(self, requests: Sequence[GenerationRequest], batch: int = 1) -> list[Reply]:
        """See `Service.serve`."""
        if batch != 1:
            raise ValueError(f"batch {batch}: Charla's pool serves one request at a time")
        finished = [0.0] * len(requests)
        started = time.perf_counter()
        tickets = [self._pool.submit(each, self._model, n, LONG_ENOUGH) for n, each in enumerate(requests)]
        noted = threading.Semaphore(0)

        def note(index: int, _result: Future[GenerationResult]) -> None:
            finished[index] = time.perf_counter() - started
            noted.release()

        for index, ticket in enumerate(tickets):
            ticket.result.add_done_callback(partial(note, index))
        for _ in tickets:
            noted.acquire()
        texts = [ticket.result.result().completions[0] for ticket in tickets]
        return [Reply(text, seconds) for text, seconds in zip(texts, finished, strict=True)]

    def stop(self) -> None:
        """See `Service.stop`."""
        self._pool.stop(grace=0)


class WritersService:
    """A thread for each writer; all take requests from one queue, a batch at a time."""

    def __init__(self, make: Callable[[], Writer]) -> None:
        self._writers = [make() for _ in range(WORKERS)]
        self._executor = ThreadPoolExecutor(WORKERS)

    def serve(self, requests: Sequence[GenerationRequest], batch: int = 1) -> list[Reply]:
        """See `Service.serve`."""
        starts = deque(range(0, len(requests), batch))
        replies: dict[int, Reply] = {}
        started = time.perf_counter()

        def work(writer: Writer) -> None:
            while True:
                try:
                    start = starts.popleft()
                except IndexError:
                    return
                texts = writer.write(requests[start : start + batch])
                seconds = time.perf_counter() - started
                replies.update((start + index, Reply(text, seconds)) for index, text in enumerate(texts))

        for done in [self._executor.submit(work, writer) for writer in self._writers]:
            done.result()
        return [replies[index] for index in range(len(requests))]

    def stop(self) -> None:
        """See `Service.stop`."""
        self._executor.shutdown()
