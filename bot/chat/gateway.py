"""Know whether the bot is connected to Discord's gateway, since when not, and how quickly it answers."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.metrics import Metrics


class Client(Protocol):
    """What is asked of a client; discord.py's is one."""

    @property
    def latencies(self) -> Sequence[tuple[int, float]]:
        """Each shard's id and the seconds in which its last heartbeat was answered."""


class Gateway:
    """The connection to Discord's gateway, by shards. It outlives the clients that make the connection.

    Args:
        metrics: where connections that were made again are counted.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self._client: Client | None = None
        self._lost: dict[int, float] = {}  # since when, by `time.monotonic`
        self._connected: set[int] = set()
        self._met: set[int] = set()
        self._began = time.monotonic()

    def use(self, client: Client) -> None:
        """Take a client for the one that connects from now on."""
        self._client = client

    def note_connected(self, shard: int, shards: Iterable[int]) -> None:
        """Note that a shard is connected, of all those that the client is to have."""
        if shard in self._met:
            self.metrics.count_reconnect()
        self._met.add(shard)
        self._connected.add(shard)
        missing = set(shards) - self._connected
        self._lost = {other: self._lost.get(other, self._began) for other in missing}

    def note_lost(self, shard: int) -> None:
        """Note that a shard is not connected any more."""
        self._connected.discard(shard)
        self._lost.setdefault(shard, time.monotonic())

    def note_closed(self) -> None:
        """Note that the client has disconnected from everything."""
        for shard in list(self._connected):
            self.note_lost(shard)

    @property
    def shards(self) -> dict[int, bool]:
        """The shards that are known, and whether each is connected."""
        return {shard: shard in self._connected for shard in sorted(self._connected | self._lost.keys())}

    def lost_seconds(self) -> float | None:
        """Return for how long a shard has not been connected, the longest of them; None when all are."""
        if self._lost or not self._connected:
            return time.monotonic() - min(self._lost.values(), default=self._began)
        return None

    @property
    def latencies(self) -> dict[int, float]:
        """The seconds in which Discord answered each connected shard's last heartbeat, if it has yet."""
        found = self._client.latencies if self._client else []
        return {shard: seconds for shard, seconds in found if shard in self._connected and math.isfinite(seconds)}
