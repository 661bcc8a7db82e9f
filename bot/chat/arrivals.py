"""Begin interactions in the order in which they came, a few at a time, and none that is too old to be answered."""

from __future__ import annotations

import asyncio
import logging
import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.chat.handling import counted, note_outcome

log = logging.getLogger(__name__)

BUSY: Final = "I have too much to do at the moment. Please try again in a minute."

A_ROUND = 16
"""How many are begun each time the event loop comes round: each round may have to wait until a worker lets go of
Python's global lock, which one round an interaction would have to do too often."""

Payload = dict[str, Any]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ages:
    """Up to which age something is done with an interaction, in seconds. Discord waits three for a first answer.

    Attributes:
        begun: it is begun; those that are older are told that the bot is busy.
        told: the person is told anything at all.
        gathered: for so long those are counted that come too late, to be one line in the log.
    """

    begun: float = 1.0
    told: float = 2.5
    gathered: float = 1.0


class AgeGauge:
    """Says how old an interaction is when it arrives, by how much later than others it comes after its id was made.

    This machine's clock is not asked: it may be wrong, and may be set.

    Args:
        late: from which age on, in seconds, an interaction is no measure for others.
        clock: returns the time in seconds; one that is never set back.
    """

    KEPT = 15
    PATIENCE = 60.0
    """After so many seconds of late ones alone, they are the measure: clocks differ from what they were."""

    def __init__(self, late: float, clock: Clock) -> None:
        self._late = late
        self._clock = clock
        self._delays: deque[float] = deque(maxlen=self.KEPT)
        self._late_since: float | None = None

    def age(self, interaction_id: int) -> float:
        """Return how many seconds ago Discord made an interaction that arrives now; 0 if there is nothing to go by."""
        now = self._clock()
        delay = now - discord.utils.snowflake_time(interaction_id).timestamp()
        age = delay - statistics.median(self._delays) if self._delays else 0.0
        if age > self._late:
            self._late_since = now if self._late_since is None else self._late_since
            if now - self._late_since < self.PATIENCE:
                return age
            self._delays.clear()
            age = 0.0
        self._late_since = None
        self._delays.append(delay)
        return max(0.0, age)


class Arrivals:
    """Takes interactions from the gateway as fast as they come, and begins a few each time the event loop comes round.

    discord.py reads all that has come before others get their turn: were each begun at once, no answer would go out
    before the last of a thousand is read, and all would be late.

    Args:
        begin: begins an interaction.
        refuse: tells the person behind one why it is not begun.
        ages: up to which age that is done.
        clock: returns the time in seconds; one that is never set back.
    """

    def __init__(
        self,
        begin: Callable[[Payload], None],
        refuse: Callable[[Payload, str], None],
        ages: Ages,
        clock: Clock = time.monotonic,
    ) -> None:
        self._begin = begin
        self._refuse = refuse
        self._ages = ages
        self._clock = clock
        self._gauge = AgeGauge(ages.told, clock)
        self._waiting: deque[tuple[Payload, float, Context]] = deque()
        self._beginning: asyncio.Task[None] | None = None
        self._late = 0

    def __call__(self, data: Payload) -> None:
        """Take an interaction; discord.py calls this. What becomes of it has the context in which it came."""
        made = self._clock() - (self._gauge.age(int(data["id"])) if _has_id(data) else 0.0)
        self._waiting.append((data, made, copy_context()))
        if self._beginning is None or self._beginning.done():
            self._beginning = asyncio.create_task(self._begin_all())

    async def _begin_all(self) -> None:
        while self._waiting:
            for _ in range(min(A_ROUND, len(self._waiting))):
                data, made, context = self._waiting.popleft()
                context.run(self._begin_or_refuse, data, made)
            await asyncio.sleep(0)  # what others have to send goes out first

    def _begin_or_refuse(self, data: Payload, made: float) -> None:
        age = self._clock() - made
        if age > self._ages.told:
            self._note_late()
        elif age > self._ages.begun:
            self._refuse(data, BUSY)
        else:
            self._begin(data)

    def _note_late(self) -> None:
        """Count an interaction that is too old; one line tells of all that come together."""
        with counted():
            note_outcome("late")
        if not self._late:
            asyncio.get_running_loop().call_later(self._ages.gathered, self._tell_late)
        self._late += 1

    def _tell_late(self) -> None:
        log.warning("Interactions that came too late to be answered: %d", self._late)
        self._late = 0


def _has_id(data: object) -> bool:
    """Return whether an event has an id that a time can be read from."""
    return isinstance(data, Mapping) and str(data.get("id")).isdecimal() and int(data["id"]) < 1 << 63
