"""Wait for texts: say in the reply how many requests are ahead, and let the person who asked cancel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat.answer import Answer
from bot.chat.arrivals import Ages
from bot.chat.components import Action, Button
from bot.chat.pauses import Pauses
from bot.chat.request_tracker import RequestTracker
from bot.errors import GenerationError
from bot.generation.request import GenerationResult
from bot.generation.scheduler import Ticket, WorkerPool

HUNG_SECONDS = 5.0
"""How long after its deadline a request is waited for, which the workers keep unless one hangs."""

_BETWEEN_ATTEMPTS = Pauses(first=0.2, longest=30.0)
_AGES = Ages()


@dataclass(frozen=True, slots=True)
class ProgressTimes:
    """When a reply says how long its text takes, and how long it is tried to be delivered, in seconds.

    Attributes:
        first_notice: how long “thinking…” says enough.
        update: between two looks at the queue: far below the five edits in five seconds that Discord allows a reply.
        silent: how long an edit that is on the wire may hold the text up.
        refusal: how long a refusal stands that answers a message, for all to see.
        answerable: how long an interaction can be answered: its token lasts 15 minutes.
        request: how long Discord may take to answer a request; it takes a fraction of a second.
        again: between two attempts to answer, while Discord takes none.
        ages: up to which age an interaction is begun.
    """

    first_notice: float = 2.0
    update: float = 5.0
    silent: float = 10.0
    refusal: float = 20.0
    answerable: float = 15 * 60.0
    request: float = 15.0
    again: Pauses = _BETWEEN_ATTEMPTS
    ages: Ages = _AGES


@dataclass(frozen=True, slots=True)
class PendingReply:
    """A reply whose texts are not written yet.

    Attributes:
        user: the id of the user who asked.
        tickets: one for each text.
    """

    user: int
    tickets: Sequence[Ticket]


class PendingReplies:
    """The replies that wait for texts, by the id of the interaction or the message that asked."""

    def __init__(self, pool: WorkerPool, times: ProgressTimes) -> None:
        self._pool = pool
        self._times = times
        self._pending: dict[int, PendingReply] = {}

    def get(self, asking: int) -> PendingReply | None:
        """Return what an interaction or a message waits for, by its id, or None if it waits for nothing (any more)."""
        return self._pending.get(asking)

    def cancel(self, pending: PendingReply) -> None:
        """Give all of its texts up: at once those that wait, at the next chunk those that are being written."""
        for ticket in pending.tickets:
            self._pool.cancel(ticket)

    async def wait_for(self, answer: Answer, tickets: Sequence[Ticket]) -> list[GenerationResult]:
        """Wait for the tickets' results; after two seconds the reply begins to say how long that may take.

        Raises:
            GenerationError: why one of them has no result.
            discord.HTTPException: the reply is gone.
        """
        asking = answer.asking
        pending = PendingReply(asking.user.id, tickets)
        self._pending[asking.id] = pending
        results = asyncio.gather(*map(_wait_for_ticket, tickets))
        results.add_done_callback(_retrieve_error)
        try:
            await self._show_until_done(answer, pending, results)
            return await results
        finally:
            del self._pending[asking.id]
            results.cancel()

    async def _show_until_done(
        self, answer: Answer, pending: PendingReply, results: asyncio.Future[list[GenerationResult]]
    ) -> None:
        cancel = Button(Action.CANCEL, owner=answer.asking.id)
        shown, seconds = "", self._times.first_notice
        while not (await asyncio.wait({results}, timeout=seconds))[0]:
            seconds, progress = self._times.update, self._describe(pending)
            if progress != shown:
                await self._show(answer.show_progress(progress, cancel), results)
                shown = progress

    async def _show(self, edit: Coroutine[Any, Any, None], results: asyncio.Future[Any]) -> None:
        """Make an edit, and return when it can no longer arrive late and overwrite the text."""
        with RequestTracker(self._times.silent) as tracker:
            task = asyncio.create_task(edit)
        try:
            await asyncio.wait({task, results}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not task.done():
                await tracker.withdraw(task)
        if not task.cancelled():
            task.result()

    def _describe(self, pending: PendingReply) -> str:
        """Return how far a pending reply is, in a line."""
        positions = [self._pool.ahead(ticket) for ticket in pending.tickets]
        waiting = [position for position in positions if position is not None]
        if len(waiting) < len(positions):
            return "Writing…"
        ahead = min(waiting)
        if ahead == 0:
            return "Waiting: your turn is next."
        return f"Waiting: {ahead:,} {'requests are' if ahead > 1 else 'request is'} ahead of yours."


def _retrieve_error(results: asyncio.Future[Any]) -> None:
    """Keep asyncio from logging an error that nobody is left to be told: the reply may be gone."""
    if not results.cancelled():
        results.exception()


async def _wait_for_ticket(ticket: Ticket) -> GenerationResult:
    """Wait for a ticket's result.

    Raises:
        GenerationError: why there is none.
    """
    left = ticket.deadline - time.monotonic()
    try:
        # The workers keep the deadline. Should one ever hang, the person who asked must not hang with it.
        return await asyncio.wait_for(asyncio.wrap_future(ticket.result), left + HUNG_SECONDS)
    except TimeoutError:
        raise GenerationError("No worker finished this in time. Please try again.") from None
