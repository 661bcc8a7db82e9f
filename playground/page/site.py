"""Serve the playground's page: its files, what there is to see, and what it asks for."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import BaseModel, ConfigDict, ValidationError

from playground.page import view
from playground.page.actions import PageActionError, PageActions
from playground.page.guard import API, PROTOCOL, Guard
from playground.wire.records import Json, PlaceKind, User
from playground.wire.server import WireServer
from playground.wire.world import World

PAGE = Path(__file__).with_name("static")
"""The page: HTML, CSS and JavaScript modules as they are served."""
LOOPBACK = "127.0.0.1"
LARGEST_REQUEST = 256 * 1024
HEARTBEAT_SECONDS = 30.0
BREATH_SECONDS = 0.02
"""How long changes are gathered before the page is told of them."""

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_PLACES: dict[PlaceKind, tuple[str, str]] = {
    "guild": ("#general", "a server that has the bot"),
    "dm": ("Direct messages", "with the bot alone"),
    "user-install": ("A group chat", "you brought the bot along"),
    "elsewhere": ("Another server", "you brought the bot along"),
}


class ViewRequest(BaseModel):
    """Whom the page acts for, and where."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    who: str
    where: PlaceKind


@dataclass
class Viewer:
    """A page that is open: what it shows, so that it is told of changes alone."""

    world: World
    person: User
    where: PlaceKind
    _known: dict[str, Json] = field(default_factory=dict)
    _others: Json = field(default_factory=dict)

    def look(self, person: User, where: PlaceKind) -> None:
        """Show another channel, or the same for another person: from nothing."""
        self.person, self.where = person, where
        self._known, self._others = {}, {}

    def news(self) -> Json:
        """Return what changed since the last time; `fresh` says that everything did."""
        messages = {entry["id"]: entry for entry in view.messages(self.world, self.person, self.where)}
        others: Json = {
            "commands": view.commands(self.world, self.person, self.where),
            "wire": view.traffic(self.world, self.person),
        }
        news: Json = {key: value for key, value in others.items() if self._others.get(key) != value}
        changed = [entry for key, entry in messages.items() if self._known.get(key) != entry]
        gone = [key for key in self._known if key not in messages]
        news |= {key: value for key, value in (("messages", changed), ("gone", gone)) if value}
        if not self._others:
            news |= {"fresh": True, "who": self.person.name, "where": self.where}
        self._known, self._others = messages, others
        return news


@dataclass(frozen=True)
class PagePlace:
    """Where the page is served.

    Attributes:
        port: to listen on; 0 for any that is free.
        listens_on: the address to listen on; empty for all. The page answers as `LOOPBACK` even so: in a container
            requests come in by another address, and it is the host's loopback that the port is published on.
    """

    port: int = 0
    listens_on: str = LOOPBACK


ANYWHERE = PagePlace()
"""Any port that is free."""


class Site:
    """The page's server, for 127.0.0.1 and no other host; use it as `async with Site(server) as site`.

    Args:
        server: where the bot is connected.
        style_sheet: colours, type and spacing of the page.
        place: where it is served.

    Raises:
        OSError: nobody can listen on that port (on entering).
    """

    def __init__(self, server: WireServer, style_sheet: Path, place: PagePlace = ANYWHERE) -> None:
        self._server = server
        self._desk = PageActions(server)
        self._guard = Guard()
        self._place = place
        self._sockets: set[web.WebSocketResponse] = set()
        self._files = {path.name: path.read_bytes() for path in (style_sheet, *PAGE.iterdir()) if path.suffix in _TYPES}
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """The page's address, with the secret that opens it: to be printed for the person who started this run."""
        return f"{self._guard.origin}/#{self._guard.secret}"

    def address_once(self) -> str:
        """Return the address with a key that serves once: for a browser's command line, which others can read."""
        return f"{self._guard.origin}/#{self._guard.ticket()}"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard.middleware()], client_max_size=LARGEST_REQUEST)
        app.on_response_prepare.append(self._guard.add_headers)
        app.on_shutdown.append(self._hang_up)
        app.router.add_get("/", self._file)
        app.router.add_get("/{name}", self._file)
        app.router.add_get(f"{API}live", self._live)
        app.router.add_post(f"{API}enter", self._enter)
        app.router.add_post(f"{API}file", self._download)
        app.router.add_post(f"{API}{{kind}}", self._do)
        listener = socket.create_server((self._place.listens_on, self._place.port))
        self._guard.host = f"{LOOPBACK}:{listener.getsockname()[1]}"
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _hang_up(self, _app: web.Application) -> None:
        for open_one in list(self._sockets):
            await open_one.close(code=WSCloseCode.GOING_AWAY)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._files:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type=_TYPES[Path(name).suffix], charset="utf-8")

    async def _enter(self, _request: web.Request) -> web.Response:
        people = [
            {"name": person.name, "shown": view.name_of(person), "can": _can(person)}
            for person in self._server.people.values()
        ]
        places = [{"where": where, "name": name, "hint": hint} for where, (name, hint) in _PLACES.items()]
        bot = self._server.bot.name
        return web.json_response({"secret": self._guard.secret, "bot": bot, "people": people, "places": places})

    async def _do(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(await self._desk.do(request.match_info["kind"], await request.read()))
        except PageActionError as error:
            return web.json_response({"error": str(error)}, status=400)

    async def _download(self, request: web.Request) -> web.Response:
        try:
            file = self._desk.file(await request.read())
        except PageActionError as error:
            return web.json_response({"error": str(error)}, status=400)
        # Never as what it says it is: a browser that is led here shall show nothing of it.
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(protocols=[PROTOCOL], heartbeat=HEARTBEAT_SECONDS, max_msg_size=4096)
        await line.prepare(request)
        window = Viewer(self._server.world, next(iter(self._server.people.values())), "guild")
        changed = asyncio.Event()
        self._sockets.add(line)
        telling = asyncio.create_task(_tell(line, window, changed))
        try:
            async for message in line:
                if message.type is not WSMsgType.TEXT or not self._look(window, message.data):
                    break
                self._server.world.watchers.add(changed.set)
                changed.set()
        finally:
            self._server.world.watchers.discard(changed.set)
            self._sockets.discard(line)
            telling.cancel()
        return line

    def _look(self, window: Viewer, asked: str) -> bool:
        """Return whether a page asked for something that can be shown; it is, from now on."""
        try:
            looking = ViewRequest.model_validate_json(asked)
        except ValidationError:
            return False
        person = self._server.people.get(looking.who)
        if person is None:
            return False
        window.look(person, looking.where)
        return True


def _can(person: User) -> str:
    """Return what a person may do in the server that others may not."""
    return "manages the server" if person.manages else "manages messages" if person.moderates else ""


async def _tell(line: web.WebSocketResponse, window: Viewer, changed: asyncio.Event) -> None:
    """Tell a page of every change, from the moment that it says what it looks at."""
    with contextlib.suppress(ConnectionError, RuntimeError):
        while True:
            await changed.wait()
            await asyncio.sleep(BREATH_SECONDS)
            changed.clear()
            news = window.news()
            if news:
                await line.send_json(news)
