"""Find the proxy by which Discord is reached: the operator's `PROXY_URL`, or what the usual variables name."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.request import getproxies_environment, proxy_bypass

import discord
import yarl
from discord.http import Route

from bot.errors import SettingsError
from bot.settings import Settings

VARIABLE = "PROXY_URL"
SCHEMES = frozenset({"http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h"})
"""Of addresses that people give for a proxy's."""
ALLOWED = "allowed is http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT"


def find_proxy(settings: Settings) -> str | None:
    """Return the address of the proxy for where discord.py is pointed at now; None if it is reached without one.

    Nothing on this machine's loopback is reached by a proxy, such as the playground. `NO_PROXY` holds for the usual
    variables.

    Raises:
        SettingsError: the address is none of a proxy that can be used.
    """
    host = yarl.URL(Route.BASE).host or ""
    if _is_loopback(host):
        return None
    if settings.proxy_url:
        return _check(VARIABLE, settings.proxy_url.get_secret_value())
    return _find_usual(host, getproxies_environment())


def proxy_of(file: discord.Attachment) -> str | None:
    """Return the proxy of the client that a file was seen by."""
    return file._http.proxy  # noqa: SLF001 - there is no public way to it


def _find_usual(host: str, proxies: Mapping[str, str]) -> str | None:
    """Return the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, in capitals or not; `NO_PROXY` says for whom none."""
    name = next((name for name in ("https", "all") if proxies.get(name)), None)
    if name is None or proxy_bypass(host):
        return None
    return _check(f"{name.upper()}_PROXY", proxies[name])


def _check(variable: str, address: str) -> str:
    """Return an address if aiohttp can use it; else the message names the variable, and no password."""
    try:
        url = yarl.URL(address)
        usable = url.scheme in {"http", "https"} and bool(url.host) and url.port is not None
    except ValueError:
        usable = False
    if not usable:
        # Nothing else of it is repeated: it may hold a password, wherever that was put.
        scheme = address.partition("://")[0].lower()
        kind = scheme if scheme in SCHEMES else "no address"
        raise SettingsError(f"{variable} is {kind}, no HTTP proxy: {ALLOWED}")
    return address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
