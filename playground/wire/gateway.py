"""Serve the gateway's WebSocket: sessions, events with their sequence numbers, and RESUME."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from playground.wire import payloads
from playground.wire.compression import Encode, encoder
from playground.wire.faults import Faults
from playground.wire.gateway_rules import (
    ACK,
    DISPATCH,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID_SEQUENCE,
    INVALID_SESSION,
    PRESENCE,
    RESUME,
    GatewayError,
    Pace,
    check_identify,
    check_operation,
    check_token,
    check_version,
    parse,
)
from playground.wire.records import Json, Message
from playground.wire.world import World

HEARTBEAT_MILLISECONDS = 41_250
PATH = "/gateway"
IDENTIFIES_A_DAY = 1000
MAX_CONCURRENCY = 1
GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12


@dataclass(eq=False)
class GatewayConnection:
    """A connection. Messages share one compression stream, so that they have to go out one at a time."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    encode: Encode
    pace: Pace = field(default_factory=Pace)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(
        self, operation: int, data: object = None, event: str | None = None, number: int | None = None
    ) -> None:
        """Send a message; one that is lost with its connection waits for the RESUME.

        Args:
            operation: Discord's number for the kind of message.
            data: what it carries.
            event: the name of the event, if it is one.
            number: the event's place in its session.
        """
        async with self.lock:
            # All four keys, whatever the operation: clients read them without asking whether they are there.
            encoded = self.encode(json.dumps({"op": operation, "d": data, "s": number, "t": event}))
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
    faults: Faults
    presence: Json | None = None
    resumed: int = 0
    events: list[tuple[str, Json]] = field(default_factory=list)
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    async def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it for the RESUME."""
        self.events.append((event, self.faults.spoiled(event, data)))
        await self.send_from(len(self.events) - 1)

    async def send_from(self, first: int) -> None:
        """Send the events from this place on, counted from 0, if there is a connection."""
        for number, (event, data) in enumerate(self.events[first:], start=first + 1):
            if self.line:
                await self.line.send(DISPATCH, data, event, number)


class Gateway:
    """All sessions.

    Attributes:
        shards: how many the server recommends.
        identifies: how many IDENTIFY there were.
    """

    def __init__(self, world: World, shards: int, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._sessions: dict[str, Session] = {}
        self._lines: set[GatewayConnection] = set()
        self._changed = asyncio.Condition()
        self._next_identify: dict[int, float] = {}
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
        limit = {"total": IDENTIFIES_A_DAY, "remaining": remaining, "reset_after": 86_400_000}
        limit["max_concurrency"] = MAX_CONCURRENCY
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

    async def announce(self, message: Message) -> None:
        """Send a new message to the shard that its channel belongs to, if the bot is there and its intents ask for it.

        What a message says is kept from a bot that it does not concern, as long as the bot has not the privileged
        intent, which no bot has here.
        """
        guild = self._world.guild_of(message.channel_id)
        if guild is None and message.where != "dm":
            return
        intent, guild_id = (GUILD_MESSAGES, guild.id) if guild else (DIRECT_MESSAGES, 0)
        event = payloads.message_create(message, self._world.as_json(message), guild, self._world.bot)
        for session in list(self._sessions.values()):
            if session.intents & intent and session.shard == (guild_id >> 22) % session.shards:
                await session.dispatch("MESSAGE_CREATE", event)

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

    async def end(self, shard: int, code: int) -> None:
        """End a shard's connection with a close code; its session stays."""
        for session in list(self._sessions.values()):
            line = session.line
            if session.shard == shard and line:
                session.line = None
                await line.socket.close(code=code)

    def forget_turns(self) -> None:
        """Take the next IDENTIFY at once, as if those before it were long ago."""
        self._next_identify.clear()

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
            check_version(request.query.get("v"))
            await line.send(HELLO, {"heartbeat_interval": HEARTBEAT_MILLISECONDS})
            async for message in socket:
                if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    line.pace.count()
                    await self._receive(line, parse(message.data))
        except GatewayError as error:
            self._world.violations.append(f"gateway: {error.code}: {error}")
            await socket.close(code=error.code, message=str(error).encode())
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
        operation, data = message["op"], message.get("d")
        session = next((session for session in self._sessions.values() if session.line is line), None)
        check_operation(operation, data, identified=session is not None)
        if operation == HEARTBEAT:
            await line.send(ACK)
        elif operation == IDENTIFY:
            await self._identify(line, data if isinstance(data, dict) else {})
        elif operation == RESUME:
            await self._resume(line, data if isinstance(data, dict) else {})
        elif operation == PRESENCE and session is not None:
            session.presence = data

    async def _identify(self, line: GatewayConnection, data: Json) -> None:
        self.identifies += 1
        check_token(data, self._world.token)
        check_identify(data)
        shard, shards = data.get("shard") or (0, 1)
        too_soon = self._seconds_too_soon(shard)
        if too_soon:
            # Some clients identify again at once: answered at once, they would use up the day's IDENTIFYs.
            await asyncio.sleep(too_soon)
            await line.send(INVALID_SESSION, data=False)
            return
        session = Session(shard, shards, data["intents"], line, self._faults, data.get("presence"))
        self._sessions[session.id] = session
        await self._introduce(session)
        await self._notify()

    def _seconds_too_soon(self, shard: int) -> float:
        """Return how long a shard should have waited for another one of its turn; if it need not, note its turn."""
        now, turn = time.monotonic(), shard % MAX_CONCURRENCY
        wait = self._next_identify.get(turn, now) - now
        if wait <= 0:
            self._next_identify[turn] = now + self._world.limits.identify_seconds
        return max(0.0, wait)

    async def _introduce(self, session: Session) -> None:
        world = self._world
        guilds = [guild for guild in world.guilds if (guild.id >> 22) % session.shards == session.shard]
        ready = {
            "v": 10,
            "user": payloads.own_user(world.bot),
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
        check_token(data, self._world.token)
        session, number = self._sessions.get(str(data.get("session_id"))), data.get("seq")
        if session is None:
            await line.send(INVALID_SESSION, data=False)
            return
        if not isinstance(number, int) or not 0 <= number <= len(session.events):
            raise GatewayError(INVALID_SEQUENCE, "Invalid seq.")
        session.line = line
        session.resumed += 1
        await session.send_from(number)
        await session.dispatch("RESUMED", {"_trace": []})
        await self._notify()
