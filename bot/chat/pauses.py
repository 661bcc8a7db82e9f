"""Say how long to stay away from Discord before another attempt."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long to wait before trying again, in seconds: twice as long each time, up to a limit, less up to a half.

    That half is by chance, so that all that lost Discord at once do not come back at once.
    """

    first: float = 1.0
    longest: float = 120.0

    def seconds(self, attempts: int) -> float:
        """Return how long to wait after so many attempts in vain, one or more."""
        longest = min(self.longest, self.first * 2.0 ** min(attempts - 1, 32))
        return random.uniform(longest / 2, longest)
