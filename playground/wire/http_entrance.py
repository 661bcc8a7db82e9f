"""Handle what every HTTP request passes: recording, ordered faults, the token, errors as the API writes them."""

from __future__ import annotations

import asyncio
import json
import urllib.parse
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from aiohttp import BodyPartReader, hdrs, web
from aiohttp.typedefs import Middleware

from playground.wire.api_errors import ApiError, Problem, refuse
from playground.wire.faults import Fault, Faults
from playground.wire.rate_limits import RateLimits
from playground.wire.records import File, RecordedRequest
from playground.wire.world import World

API = "/api/v10"
RECORDED: ContextVar[RecordedRequest] = ContextVar("recorded")
"""The request that is being handled: aiohttp runs middleware and handler in one task."""
HEADERS = {"Via": "1.1 loopback"}
"""discord.py takes a 429 without `Via` for a ban by a proxy, and never retries it."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_OPEN = ("/gateway", "/interactions/", "/webhooks/")
"""What needs no `Authorization`: a token in the path does instead, or nothing does."""


def reply(body: object = None, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON answer; 204 if there is nothing to say."""
    extra = {**HEADERS, **(headers or {})}
    if body is None:
        return web.Response(status=204, headers=extra)
    # Set by hand: aiohttp would add a charset, with which discord.py does not know it for JSON.
    extra[hdrs.CONTENT_TYPE] = "application/json"
    return web.Response(body=json.dumps(body).encode(), status=status, headers=extra)


class HttpEntrance:
    """The middleware of the REST part."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._rates = RateLimits(world.limits)

    def middleware(self) -> Middleware:
        """For aiohttp, which wants a function of its own making."""

        @web.middleware
        async def enter(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith(f"{API}/"):
                return await handler(request)
            return await self._enter(request, handler)

        return enter

    async def _enter(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        recorded = RecordedRequest(request.method, request.path.removeprefix(API), query=dict(request.query))
        resource = request.match_info.route.resource
        recorded.route = resource.canonical.removeprefix(API) if resource else ""
        recorded.body, recorded.files = await read(request)
        self._world.requests.append(recorded)
        RECORDED.set(recorded)
        fault = self._faults.take(recorded.method, recorded.path)
        response = await self._suffer(fault, request, handler) if fault else await self._handle(request, handler)
        recorded.status = response.status if request.transport and not request.transport.is_closing() else 0
        recorded.answer = response.body if isinstance(response, web.Response) else None
        self._world.changed()
        return response

    async def _suffer(self, fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
        await asyncio.sleep(fault.effect.get("delay", 0))
        drop, answer = fault.effect.get("drop"), fault.answer()
        if answer:
            if fault.effect.get("acted"):
                await self._handle(request, handler)
            return reply(answer[1], answer[0], answer[2])
        response = web.Response(status=500) if drop == "before" else await self._handle(request, handler)
        response.headers.update(fault.effect.get("headers", {}))
        if drop and request.transport:
            request.transport.abort()
        return response

    async def _handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        recorded = RECORDED.get()
        headers, fits = self._rates.take(recorded)
        response = await self._answer(request, handler) if fits else too_many(float(headers["X-RateLimit-Reset-After"]))
        response.headers.update(headers)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        recorded = RECORDED.get()
        try:
            self._check_sender(request, recorded)
            return await handler(request)
        except ApiError as error:
            self._world.violations += [f"{recorded.method} {recorded.path}: {text}" for text in error.violations]
            return reply(error.body, error.status)
        except web.HTTPException as error:
            # No such route, or not with this method: the bot asks for something that this Discord does not have.
            self._world.violations.append(f"{recorded.method} {recorded.path}: {error.status}: {error.reason}")
            return reply({"code": 0, "message": f"{error.status}: {error.reason}"}, error.status)

    def _check_sender(self, request: web.Request, recorded: RecordedRequest) -> None:
        if not request.headers.get(hdrs.USER_AGENT):
            raise ApiError(403, 40333, "internal network error")  # Cloudflare's, in front of Discord
        closed = recorded.path == "/gateway/bot" or not recorded.path.startswith(_OPEN)
        if closed and request.headers.get(hdrs.AUTHORIZATION) != f"Bot {self._world.token}":
            raise ApiError(401, 0, "401: Unauthorized")


def too_many(seconds: float) -> web.Response:
    """Return the answer to a request that comes too early."""
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": False}
    return reply(body, 429, {"Retry-After": f"{seconds:.3f}", "X-RateLimit-Scope": "user"})


async def read(request: web.Request) -> tuple[Any, dict[str, File]]:
    """Return the JSON of a request, if there is any, and its files by the names of their form fields.

    A form, of either kind, has the JSON in its field `payload_json`; without that, its fields are the body.
    """
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    if request.content_type == "application/x-www-form-urlencoded" and raw:
        return _form_body(dict(urllib.parse.parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))), {}
    return (_parse(raw) if raw else None), {}


async def _read_multipart(request: web.Request) -> tuple[Any, dict[str, File]]:
    fields: dict[str, str] = {}
    files: dict[str, File] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            continue
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            fields[part.name] = content.decode("utf-8", "replace")
        else:
            files[part.name] = File(part.filename, content, part.headers.get(hdrs.CONTENT_TYPE))
    return _form_body(fields), files


def _form_body(fields: dict[str, str]) -> object:
    if "payload_json" in fields:
        return _parse(fields["payload_json"].encode())
    return fields or None


def _parse(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")  # a route that needs an object refuses it


def command_list(request: RecordedRequest) -> list[Any]:
    """Return a body that has to be a list.

    Raises:
        ApiError: it is none.
    """
    if not isinstance(request.body, list):
        refuse([Problem((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")])
    body: list[Any] = request.body
    return body
