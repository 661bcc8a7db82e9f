"""Count how much a user, and a server as a whole, asks for: by commands and buttons alike."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable

from discord import app_commands
from discord.ext.commands import CooldownMapping

from bot.chat.answer import Asking
from bot.errors import RefusalError
from bot.settings import Settings


class Limiter:
    """Counts the requests of users and servers; see `Settings.rate_limit_user` and its neighbours.

    Args:
        settings: how many requests are allowed, and in how many seconds.
        clock: returns the time in seconds; one that is never set back.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        seconds = settings.rate_limit_seconds
        self._clock = clock
        self._limits = [
            ("You", _mapping(settings.rate_limit_user, seconds, lambda asking: asking.user.id)),
            ("This server", _mapping(settings.rate_limit_server, seconds, lambda asking: asking.guild_id)),
        ]

    def check(self, asking: Asking, cost: int = 1) -> None:
        """Count a request, unless it is one too many; to be called before anything is done for it.

        Args:
            asking: tells the user and the server.
            cost: how many requests it counts as; more than may ever be made in the time count as all of those.

        Raises:
            RefusalError: the user or the server asked too often; the message says how long to wait.
        """
        now = self._clock()
        buckets = [
            (name, bucket)
            for name, mapping in self._limits
            if mapping and mapping.type(asking) is not None and (bucket := mapping.get_bucket(asking, now))
        ]
        for name, bucket in buckets:
            if wait := _seconds_until_free(bucket, min(cost, bucket.rate), now):
                allowed = f"{name} may ask {bucket.rate:.0f} times in {bucket.per:g} seconds."
                raise RefusalError(f"{allowed} Please wait {math.ceil(wait)} s.")
        for _, bucket in buckets:  # only now: a request that is refused counts against no limit
            bucket.update_rate_limit(now, tokens=min(cost, bucket.rate))


def _seconds_until_free(bucket: app_commands.Cooldown, cost: int, now: float) -> float:
    """Return the seconds until a bucket has room for as many requests."""
    left = bucket.get_tokens(now)
    if left >= cost:
        return 0.0
    used_up = copy.copy(bucket)  # which says when it is emptied next, as one with some room left does not
    used_up.update_rate_limit(now, tokens=left)
    return used_up.get_retry_after(now)


def _mapping(rate: int, seconds: float, key: Callable[[Asking], int | None]) -> CooldownMapping[Asking] | None:
    return CooldownMapping(app_commands.Cooldown(rate, seconds), key) if rate else None
