"""Points discord.py at a Discord on this machine, for a while."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Addressed(Protocol):
    """Something that has an address."""

    @property
    def url(self) -> str:
        """Its address, such as `http://127.0.0.1:40001`."""


@contextmanager
def discord_at(server: Addressed) -> Iterator[None]:
    """Have every discord.py client of this process talk to `server`, for as long as the context lasts.

    Webhook routes, by which interactions are answered, have the same base as all others and go along.

    Raises:
        ValueError: the server is not on this machine's loopback, where a token could leak to.
    """
    base = yarl.URL(server.url)
    if not _is_loopback(base.host):
        raise ValueError(f"{server.url} is not on this machine's loopback: no bot is sent there.")
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
    Route.BASE = f"{base.origin()}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = base.with_scheme("ws").with_path("/gateway")
    Asset.BASE = f"{base.origin()}/assets"
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:  # a name, which could resolve to anything
        return False
