"""Waiting for texts: how far in front of the queue, and *Cancel* for whoever waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import discord

from bot.chat.buttons import Action, Button
from bot.chat.flight import Flight
from bot.chat.reply import Reply
from bot.generation.request import GenerationResult
from bot.generation.scheduler import DeadlineError, Ticket, WorkerPool

PATIENCE_SECONDS = 2.0
"""How long “thinking…” says enough."""
UPDATE_SECONDS = 5.0
"""Between two looks at the queue: far below the five edits in five seconds that Discord allows a reply."""
HUNG_SECONDS = 5.0

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Wait:
    """What somebody waits for.

    Attributes:
        user: their id.
        tickets: one for each text.
    """

    user: int
    tickets: Sequence[Ticket]


class WaitingRoom:
    """Who waits for what, by the id of the interaction that asked."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._waits: dict[int, Wait] = {}

    def get(self, interaction_id: int) -> Wait | None:
        """What that interaction waits for; None when it does not, any more or at all."""
        return self._waits.get(interaction_id)

    def cancel(self, wait: Wait) -> None:
        """Give all of it up: at once while it waits, at the next chunk while it runs."""
        for ticket in wait.tickets:
            self._pool.cancel(ticket)

    async def results(self, interaction: Interaction, tickets: Sequence[Ticket]) -> list[GenerationResult]:
        """The tickets' results, awaited; from two seconds on the reply says how long that may take.

        Raises:
            GenerationError: why one of them has none.
            discord.HTTPException: the reply is gone.
        """
        with self._noted(interaction.id, Wait(interaction.user.id, tickets)) as wait:
            writing = asyncio.gather(*map(finished, tickets))
            writing.add_done_callback(_heeded)
            try:
                await self._tell_until_done(interaction, wait, writing)
                return await writing
            finally:
                writing.cancel()

    async def _tell_until_done(
        self, interaction: Interaction, wait: Wait, writing: asyncio.Future[list[GenerationResult]]
    ) -> None:
        cancel = Button(Action.CANCEL, whose=interaction.id)
        told, seconds = "", PATIENCE_SECONDS
        while not (await asyncio.wait({writing}, timeout=seconds))[0]:
            seconds, progress = UPDATE_SECONDS, self.progress(wait)
            if progress != told:
                await self._tell(Reply.of(interaction).show_progress(progress, cancel), writing)
                told = progress

    async def _tell(self, telling: Coroutine[Any, Any, None], writing: asyncio.Future[Any]) -> None:
        """Have an edit made. When it is over, none can come late any more and take the place of the text."""
        with Flight() as flight:
            edit = asyncio.create_task(telling)
        try:
            await asyncio.wait({edit, writing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not edit.done():
                await flight.take_back(edit)
        if not edit.cancelled():
            edit.result()

    def progress(self, wait: Wait) -> str:
        """Where a wait stands, in a line."""
        places = [self._pool.ahead(ticket) for ticket in wait.tickets]
        waiting = [place for place in places if place is not None]
        if len(waiting) < len(places):
            return "Writing…"
        ahead = min(waiting)
        if ahead == 0:
            return "Waiting: your turn is next."
        return f"Waiting: {ahead:,} {'requests are' if ahead > 1 else 'request is'} ahead of yours."

    @contextmanager
    def _noted(self, interaction_id: int, wait: Wait) -> Iterator[Wait]:
        self._waits[interaction_id] = wait
        try:
            yield wait
        finally:
            del self._waits[interaction_id]


def _heeded(writing: asyncio.Future[Any]) -> None:
    """Keep asyncio from logging how it ended where nobody is left to be told, the reply being gone, say."""
    if not writing.cancelled():
        writing.exception()


async def finished(ticket: Ticket) -> GenerationResult:
    """The ticket's result, awaited.

    Raises:
        GenerationError: why there is none.
    """
    left = ticket.deadline - time.monotonic()
    try:
        # The workers keep the deadline; should one ever hang, nobody shall hang with it.
        return await asyncio.wait_for(asyncio.wrap_future(ticket.result), left + HUNG_SECONDS)
    except TimeoutError:
        raise DeadlineError("No worker finished this in time. Please try again.") from None
