"""Files are read from Discord's hosts alone, as they stand there, and never more of them than is of use."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import yarl
from aiohttp import web
from discord.asset import Asset

from bot.chat.attachments import MAX_FILE_BYTES, NO_FILE, TOO_LARGE, discord_origins, read_text_file
from bot.errors import RefusalError

Visit = list[str]
SMALL = 100
"""What a message says that its file has, in bytes."""


class Host:
    """A host that serves a file in several ways, and counts what it was asked for and what it sent."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        self.sent = 0
        self.encodings: set[str] = set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for the way that its path names."""
        way = request.path.removeprefix("/")
        self.visits.append(way)
        self.encodings.add(request.headers.get("Accept-Encoding", ""))
        ways: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            "endless": self._endless, "redirect": self._redirect, "compressed": self._compressed, "gone": self._gone,
            "utf-16": self._marked, "utf-32": self._marked, "utf-8-sig": self._marked,
        }  # fmt: skip
        return await ways.get(way, self._plain)(request)

    async def _plain(self, request: web.Request) -> web.Response:
        return web.Response(body="\ufeffIt was\r\n§".encode() + b"\xff")

    async def _marked(self, request: web.Request) -> web.Response:
        return web.Response(body="It was ｘ".encode(request.path.removeprefix("/")))

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/secret"})

    async def _compressed(self, request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"\0" * 2**24), headers={"Content-Encoding": "gzip"})

    async def _gone(self, request: web.Request) -> web.Response:
        return web.Response(status=404, body=b"not found")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 4096)
                self.sent += 4096
        except ConnectionError:
            return response


@pytest.fixture
async def host() -> AsyncIterator[tuple[Host, yarl.URL]]:
    """A host on loopback, and its origin."""
    host, app = Host(), web.Application()
    app.router.add_get("/{way}", host.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield host, yarl.URL(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


async def test_a_file_is_read_as_it_stands(host: tuple[Host, yarl.URL]) -> None:
    served, origin = host
    assert await read_text_file(f"{origin}/plain?ex=1", SMALL, {origin}) == "It was\r\n§\ufffd"
    assert served.encodings == {"identity"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
async def test_a_byte_order_mark_says_the_encoding(host: tuple[Host, yarl.URL], encoding: str) -> None:
    assert await read_text_file(f"{host[1]}/{encoding}", SMALL, {host[1]}) == "It was ｘ"


@pytest.mark.parametrize("way", ["redirect", "compressed", "gone"])
async def test_what_is_not_simply_there_is_refused(host: tuple[Host, yarl.URL], way: str) -> None:
    served, origin = host
    with pytest.raises(RefusalError) as refused:
        await read_text_file(f"{origin}/{way}", SMALL, {origin})
    assert str(refused.value) == NO_FILE
    assert served.visits == [way]


async def test_of_a_file_without_an_end_no_more_is_read_than_allowed(host: tuple[Host, yarl.URL]) -> None:
    served, origin = host
    with pytest.raises(RefusalError) as refused:
        await read_text_file(f"{origin}/endless", SMALL, {origin})
    assert str(refused.value) == TOO_LARGE
    assert served.sent < 2**24  # what buffers of sockets hold, besides


async def test_a_file_that_says_itself_that_it_is_too_large_is_not_asked_for(host: tuple[Host, yarl.URL]) -> None:
    served, origin = host
    with pytest.raises(RefusalError):
        await read_text_file(f"{origin}/plain", MAX_FILE_BYTES + 1, {origin})
    assert served.visits == []


@pytest.mark.parametrize(
    "address",
    ["", "x", "file:///etc/passwd", "http://[", "//cdn.discordapp.com/x", "http://cdn.discordapp.com/x",
     "https://cdn.discordapp.com:8443/x", "https://cdn.discordapp.com.example.org/x", "https://example.org/x",
     "https://cdn.discordapp.com@example.org/x", "https://127.0.0.1/x"],
)  # fmt: skip
async def test_a_file_elsewhere_than_with_discord_is_refused(address: str) -> None:
    with pytest.raises(RefusalError):
        await read_text_file(address, SMALL)


def test_discord_serves_files_from_two_hosts() -> None:
    assert discord_origins() == {yarl.URL("https://cdn.discordapp.com"), yarl.URL("https://media.discordapp.net")}
    assert Asset.BASE == "https://cdn.discordapp.com"
