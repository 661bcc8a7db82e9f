"""Speak to the playground's Discord in single frames and requests, as no library would."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from playground.wire.exchange import Exchange
from playground.wire.records import Json
from playground.wire.server import WireServer

GUILDS = 1
COMMAND: Json = {
    "name": "probe",
    "description": "A probe",
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
    "options": [{"name": "pick", "description": "Picks", "type": 3, "autocomplete": True}],
}
MENU: Json = {"name": "Probe this", "type": 3}


@dataclass
class Answer:
    """What a request was answered: its status, its JSON and its headers."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> int | None:
        """Discord's code of an error."""
        return self.body.get("code") if isinstance(self.body, dict) and self.status >= 400 else None


@dataclass
class RawBot:
    """A session of the HTTP API, and a gateway connection."""

    server: WireServer
    session: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse

    async def send(self, operation: int, data: Any = None) -> None:
        """Send a frame."""
        await self.socket.send_json({"op": operation, "d": data})

    async def receive(self) -> Json:
        """Return the next frame."""
        frame: Json = await self.socket.receive_json(timeout=60)
        return frame

    async def close_code(self) -> int | None:
        """Return the code with which the server closes the connection, what it sends before that left out."""
        while not self.socket.closed:
            await self.socket.receive(timeout=60)
        return self.socket.close_code

    async def identify(self, **changes: Any) -> None:
        """Identify, with the fields of IDENTIFY as they should be but for these changes; None leaves one out."""
        data = {"token": self.server.token, "intents": GUILDS, "properties": {}} | changes
        await self.send(2, {key: value for key, value in data.items() if value is not None})

    async def request(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a request, with the token and with `body` as JSON if there is one."""
        options |= {} if body is None else {"json": body}
        headers = {"Authorization": f"Bot {self.server.token}", **options.pop("headers", {})}
        url = f"{self.server.url}/api/v10{path}"
        async with self.session.request(method, url, headers=headers, **options) as response:
            raw = await response.read()
            return Answer(response.status, json.loads(raw) if raw else None, dict(response.headers))

    async def register(self, *commands: Json) -> Answer:
        """Register these commands in place of all others."""
        return await self.request("PUT", f"/applications/{self.server.bot.id}/commands", list(commands))

    async def call_back(self, exchange: Exchange, kind: int, data: Json | None = None) -> Answer:
        """Give the first answer to an interaction."""
        path = f"/interactions/{exchange.id}/{exchange.token}/callback?with_response=true"
        return await self.request("POST", path, {"type": kind, "data": data or {}})

    async def reply(self, exchange: Exchange, method: str, name: str = "", body: Any = None) -> Answer:
        """Send, read, change or delete a message of an interaction: `@original`, one by its id, or a new one."""
        path = f"/webhooks/{self.server.bot.id}/{exchange.token}"
        return await self.request(method, f"{path}/messages/{name}" if name else path, body)

    async def answer(self, data: Json, kind: int = 4) -> Answer:
        """Have a person use the command, and answer it so."""
        return await self.call_back(await self.server.slash("probe"), kind, data)


@asynccontextmanager
async def connect_raw(server: WireServer, query: str = "?v=10&encoding=json") -> AsyncIterator[RawBot]:
    """Start the server, and connect to its gateway without saying anything yet."""
    async with (
        server,
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{server.url.replace('http', 'ws')}/gateway{query}") as socket,
    ):
        yield RawBot(server, session, socket)


@asynccontextmanager
async def ready_raw(server: WireServer) -> AsyncIterator[RawBot]:
    """Start the server, identify and register the commands; all that came over the gateway so far has been read."""
    async with connect_raw(server) as raw:
        await raw.receive()
        await raw.identify()
        await raw.receive()
        for _ in server.guilds:
            await raw.receive()
        await raw.register(COMMAND, MENU)
        yield raw
