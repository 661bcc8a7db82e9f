"""Count requests in buckets, tell clients where they stand, and refuse what is too much.

Source: https://docs.discord.com/developers/topics/rate-limits
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from playground.wire.records import RecordedRequest
from playground.wire.world import Limits

_MAJOR = ("channels", "guilds", "webhooks")
"""What a bucket is apart for: each channel, server and interaction has its own."""
_UNLIMITED = "/interactions/"
"""First answers: there is one to an interaction, and Discord sends no headers with them."""
_KEPT = 1000


@dataclass(slots=True)
class _Bucket:
    left: int
    ends_at: float


class RateLimits:
    """The buckets. Discord does not say how large they are, nor promises that they stay: `Limits` has a generous guess.

    Args:
        limits: how many requests a bucket takes, in how many seconds.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def take(self, request: RecordedRequest) -> tuple[dict[str, str], bool]:
        """Return the headers that the answer to a request has, and whether its bucket had room for it."""
        if request.path.startswith(_UNLIMITED):
            return {}, True
        now = time.monotonic()
        bucket = self._bucket((request.method, request.route, *_major(request.path)), now)
        fits = bucket.left > 0
        bucket.left -= fits
        wait = bucket.ends_at - now
        headers = {
            "X-RateLimit-Limit": str(self._limits.bucket_requests),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{time.time() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": hashlib.blake2b(
                f"{request.method}{request.route}".encode(), digest_size=16
            ).hexdigest(),
        }
        return headers, fits

    def _bucket(self, key: tuple[str, ...], now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None or bucket.ends_at <= now:
            bucket = self._buckets[key] = _Bucket(self._limits.bucket_requests, now + self._limits.bucket_seconds)
        if len(self._buckets) > _KEPT:
            self._buckets = {key: known for key, known in self._buckets.items() if known.ends_at > now}
        return bucket


def _major(path: str) -> list[str]:
    """Return the parts of a path that its bucket is apart for: an interaction's are the bot's id and its token."""
    parts = path.split("/")[1:]
    return parts[1 : 3 if parts[0] == "webhooks" else 2] if parts[0] in _MAJOR else []
