"""Guard the page's server: only its own page may talk to it, opened with this run's secret."""

from __future__ import annotations

import hmac
import secrets

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from playground.wire.http_entrance import Handler

API = "/api/"
PROTOCOL = "charla"
"""The WebSocket's; the secret comes after it in the same header, for a page can set no other one there."""
ENTRANCE = "/api/enter"


class Guard:
    """Checks every request before anything else sees it, and says what browsers may do with the answers.

    Another site in the same browser can send requests to this machine's loopback. It knows no secret, cannot choose
    its `Origin`, and with a name that it had resolve to 127.0.0.1 comes with that name as `Host`.

    Attributes:
        host: what a request's `Host` has to be; to be set once the port is known.
        secret: of this run.
    """

    def __init__(self) -> None:
        self.host = ""
        self.secret = secrets.token_urlsafe(32)
        self._tickets: set[str] = set()

    @property
    def origin(self) -> str:
        """What a request's `Origin` has to be."""
        return f"http://{self.host}"

    def ticket(self) -> str:
        """Return a key that opens the page once: for an address on a command line, which others can read."""
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def middleware(self) -> Middleware:
        """For aiohttp, which wants a function of its own making."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._check(request)
            return await handler(request)

        return check

    def _check(self, request: web.Request) -> None:
        if request.headers.getall(hdrs.HOST, []) != [self.host]:
            raise web.HTTPForbidden(text=f"Wrong Host: this is {self.host} alone.\n")
        origin, is_api = request.headers.get(hdrs.ORIGIN), _is_api(request)
        if origin != self.origin and (origin is not None or is_api):
            raise web.HTTPForbidden(text=f"Wrong Origin: this answers pages of {self.origin} alone.\n")
        if is_api and not self._may_enter(_key(request), request.path):
            raise web.HTTPUnauthorized(text="Wrong secret: open the address that this run printed.\n")

    def _may_enter(self, key: str, path: str) -> bool:
        if hmac.compare_digest(key.encode(), self.secret.encode()):
            return True
        if path == ENTRANCE and key in self._tickets:
            self._tickets.remove(key)
            return True
        return False

    async def add_headers(self, _request: web.Request, response: web.StreamResponse) -> None:
        """Put on every answer what a browser has to heed; a signal handler of aiohttp's."""
        response.headers.update(
            {
                "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
                f"connect-src 'self' ws://{self.host}; img-src data:; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Cache-Control": "no-store",
            }
        )


def _is_api(request: web.Request) -> bool:
    """Return whether a request is for more than the page's files: by its path, or by the path that it leads to."""
    resource = request.match_info.route.resource
    leads_there = resource is not None and resource.canonical.startswith(API)
    return leads_there or request.path.startswith(API)


def _key(request: web.Request) -> str:
    """Return what a request shows to be let in: in `Authorization`, or beside the WebSocket's protocol."""
    scheme, _, key = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme == "Bearer":
        return key
    protocols = [part.strip() for part in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(",")]
    return protocols[1] if len(protocols) == 2 and protocols[0] == PROTOCOL else ""
