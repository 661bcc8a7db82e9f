"""How often a user, and a server as a whole, may ask: for commands and buttons alike."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands
from discord.ext.commands import CooldownMapping

from bot.settings import Settings

Interaction = discord.Interaction[Any]


class RateLimitedError(app_commands.AppCommandError):
    """Somebody asked too often; the message says how long to wait."""


class Limiter:
    """Counts requests a user and a server; see `Settings.rate_limit_user` and its neighbours."""

    def __init__(self, settings: Settings) -> None:
        seconds = settings.rate_limit_seconds
        self._limits = [
            ("You", _mapping(settings.rate_limit_user, seconds, lambda interaction: interaction.user.id)),
            (
                "This server",
                _mapping(settings.rate_limit_server, seconds, lambda interaction: interaction.guild_id),
            ),
        ]

    def check(self, interaction: Interaction, cost: int = 1) -> None:
        """Count requests, unless they are too many.

        Args:
            interaction: who asks, and in which server.
            cost: how many requests at once; more than may ever be made in the time count as all of those.

        Raises:
            RateLimitedError: they are.
        """
        now = time.time()
        buckets = [
            (who, bucket)
            for who, mapping in self._limits
            if mapping and mapping.type(interaction) is not None and (bucket := mapping.get_bucket(interaction, now))
        ]
        for who, bucket in buckets:
            if wait := _wait(bucket, min(cost, bucket.rate), now):
                raise RateLimitedError(
                    f"{who} may ask {bucket.rate:.0f} times in {bucket.per:g} seconds. Please wait {math.ceil(wait)} s."
                )
        for _, bucket in buckets:  # only now: a request that is refused counts for nobody
            bucket.update_rate_limit(now, tokens=min(cost, bucket.rate))


def _wait(bucket: app_commands.Cooldown, cost: int, now: float) -> float:
    """Seconds until a bucket has room for as many requests."""
    left = bucket.get_tokens(now)
    if left >= cost:
        return 0.0
    used_up = copy.copy(bucket)  # which says when it is emptied next, as one with some room left does not
    used_up.update_rate_limit(now, tokens=left)
    return used_up.get_retry_after(now)


def _mapping(
    rate: int, seconds: float, key: Callable[[Interaction], int | None]
) -> CooldownMapping[Interaction] | None:
    return CooldownMapping(app_commands.Cooldown(rate, seconds), key) if rate else None
