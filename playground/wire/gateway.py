"""Serve the gateway's WebSocket: sessions, events with their sequence numbers, and RESUME."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from playground.wire import payloads
from playground.wire.records import Json
from playground.wire.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 3, 6, 9, 10, 11
AUTHENTICATION_FAILED, ALREADY_AUTHENTICATED, NOT_AUTHENTICATED, INVALID_SHARD = 4004, 4005, 4003, 4010
HEARTBEAT_MILLISECONDS = 41_250
PATH = "/gateway"
IDENTIFIES_A_DAY = 1000
PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15

Encode = Callable[[str], str | bytes]


@dataclass(eq=False)
class GatewayConnection:
    """A connection. Messages share one compression stream, so that they have to go out one at a time."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    encode: Encode
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, message: Json) -> None:
        """Send a message; one that is lost with its connection waits for the RESUME."""
        async with self.lock:
            encoded = self.encode(json.dumps(message))
            with contextlib.suppress(ConnectionError, RuntimeError):
                if isinstance(encoded, bytes):
                    await self.socket.send_bytes(encoded)
                else:
                    await self.socket.send_str(encoded)


@dataclass(eq=False)
class Session:
    """What RESUME picks up: all events of a shard since it identified.

    Attributes:
        intents: the bits that the bot identified with.
        presence: the last presence it sent.
        resumed: how often it was picked up again.
    """

    shard: int
    shards: int
    intents: int
    line: GatewayConnection | None
    presence: Json | None = None
    resumed: int = 0
    events: list[Json] = field(default_factory=list)
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it for the RESUME."""
        message = {"op": DISPATCH, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(message)
        if self.line:
            await self.line.send(message)


class Gateway:
    """All sessions.

    Attributes:
        shards: how many the server recommends.
        identifies: how many IDENTIFY there were.
    """

    def __init__(self, world: World, shards: int) -> None:
        self._world = world
        self._sessions: dict[str, Session] = {}
        self._lines: set[GatewayConnection] = set()
        self._changed = asyncio.Condition()
        self.shards = shards
        self.identifies = 0

    @property
    def url(self) -> str:
        """Where to connect."""
        return self._world.base.replace("http", "ws", 1) + PATH

    @property
    def sessions(self) -> list[Session]:
        """The sessions that are connected now."""
        return [session for session in self._sessions.values() if session.line]

    def address(self) -> Json:
        """Return the answer to `GET /gateway/bot`."""
        remaining = max(0, IDENTIFIES_A_DAY - self.identifies)
        limit = {"total": IDENTIFIES_A_DAY, "remaining": remaining, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": self.url, "shards": self.shards, "session_start_limit": limit}

    async def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on the sessions holds."""
        async with self._changed:
            await self._changed.wait_for(condition)

    async def dispatch(self, event: str, data: Json, guild_id: int | None) -> None:
        """Send an event to the shard that a server belongs to; direct messages are the first one's.

        Raises:
            RuntimeError: no bot is connected.
        """
        for session in reversed(self._sessions.values()):
            if session.shard == ((guild_id or 0) >> 22) % session.shards:
                await session.dispatch(event, data)
                return
        raise RuntimeError("No bot is connected: await bot_ready() first.")

    def drop(self, shard: int, *, resumable: bool = True) -> None:
        """Break a shard's connection off, and forget its session unless it may be resumed."""
        for session in list(self._sessions.values()):
            if session.shard != shard:
                continue
            line, session.line = session.line, None
            if not resumable:
                del self._sessions[session.id]
            if line and line.transport:
                line.transport.abort()

    def close(self) -> None:
        """End all connections, without waiting for the other side."""
        for line in list(self._lines):
            if line.transport:
                line.transport.abort()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Return one connection from HELLO to its end."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        transport = request.transport if isinstance(request.transport, asyncio.Transport) else None
        line = GatewayConnection(socket, transport, encoder(request.query.get("compress", "")))
        self._lines.add(line)
        try:
            await line.send({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MILLISECONDS}})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(line, json.loads(message.data))
        finally:
            self._lines.discard(line)
            await self._hang_up(line, for_good=socket.close_code in {1000, 1001})
        return socket

    async def _hang_up(self, line: GatewayConnection, *, for_good: bool) -> None:
        for session in list(self._sessions.values()):
            if session.line is line:
                session.line = None
                if for_good:  # the bot said goodbye, which ends its session
                    self._sessions.pop(session.id, None)
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _receive(self, line: GatewayConnection, message: Json) -> None:
        op, data = message.get("op"), message.get("d")
        if op == HEARTBEAT:
            await line.send({"op": ACK})
        elif op == IDENTIFY:
            await self._identify(line, data or {})
        elif op == RESUME:
            await self._resume(line, data or {})
        elif op == PRESENCE:
            for session in self._sessions.values():
                session.presence = data if session.line is line else session.presence

    async def _identify(self, line: GatewayConnection, data: Json) -> None:
        self.identifies += 1
        shard, shards = data.get("shard") or (0, 1)
        if data.get("token") != self._world.token:
            await line.socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return
        if any(session.line is line for session in self._sessions.values()):
            await line.socket.close(code=ALREADY_AUTHENTICATED, message=b"Already authenticated.")
            return
        if not 0 <= shard < shards:
            await line.socket.close(code=INVALID_SHARD, message=b"Invalid shard.")
            return
        session = Session(shard, shards, data.get("intents", 0), line, data.get("presence"))
        if session.intents & PRIVILEGED_INTENTS:
            self._world.violations.append("gateway: IDENTIFY asks for privileged intents")
        self._sessions[session.id] = session
        await self._introduce(session)
        await self._notify()

    async def _introduce(self, session: Session) -> None:
        world = self._world
        guilds = [guild for guild in world.guilds if (guild.id >> 22) % session.shards == session.shard]
        ready = {
            "v": 10,
            "user": payloads.user(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.bot.id), "flags": payloads.BOT_FLAGS},
        }
        await session.dispatch("READY", ready)
        if session.intents & 1:  # the intent GUILDS
            for guild in guilds:
                people = [world.bot, *world.people.values()]
                await session.dispatch("GUILD_CREATE", payloads.guild_create(guild, people))

    async def _resume(self, line: GatewayConnection, data: Json) -> None:
        if data.get("token") != self._world.token:
            await line.socket.close(code=AUTHENTICATION_FAILED, message=b"Authentication failed.")
            return
        session = self._sessions.get(str(data.get("session_id")))
        if session is None:
            await line.send({"op": INVALID_SESSION, "d": False})
            return
        missed = session.events[int(data.get("seq") or 0) :]
        session.line = line
        session.resumed += 1
        for message in missed:
            await line.send(message)
        await session.dispatch("RESUMED", {})
        await self._notify()


def encoder(compression: str) -> Encode:
    """Return how messages are encoded on a connection that asked for this compression in its address."""
    if compression == "zlib-stream":
        stream = zlib.compressobj()
        # Each message ends with a flush, whose four last bytes tell the client that it is whole.
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    if compression == "zstd-stream":
        return _zstd_encoder()
    return lambda text: text


def _zstd_encoder() -> Encode:
    """Return an encoder of one endless frame, flushed after each message; without zstandard, of plain text."""
    try:
        zstandard: Any = importlib.import_module("zstandard")
    except ImportError:
        return lambda text: text
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda text: bytes(stream.compress(text.encode()) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))
