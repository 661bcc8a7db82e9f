"""Who is let in to the page's server, and what it says to browsers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import hdrs
from yarl import URL

from bot.export.browser_page import STYLE_SHEET
from playground.page.site import PAGE, PagePlace, Site
from playground.wire.records import EPHEMERAL, File, Guild, User
from playground.wire.server import WireServer

SAY = {"who": "ana", "where": "guild", "text": "hello"}


class Door:
    """Sends requests as the page does, but for what a test changes."""

    def __init__(self, site: Site, session: aiohttp.ClientSession) -> None:
        self.base, self.secret = site.address.split("/#")
        self.session = session
        self.site = site

    def headers(self, **changed: str | None) -> dict[str, str]:
        right = {
            "Host": self.base.removeprefix("http://"),
            "Origin": self.base,
            "Authorization": f"Bearer {self.secret}",
        }
        return {name: value for name, value in (right | changed).items() if value is not None}

    async def post(self, kind: str, body: Any = None, **changed: str | None) -> tuple[int, Any]:
        request = self.session.post(f"{self.base}/api/{kind}", json=body, headers=self.headers(**changed))
        async with request as response:
            kind = response.headers["Content-Type"]
            return response.status, await (response.json() if "json" in kind else response.text())

    async def get(self, path: str, **changed: str | None) -> aiohttp.ClientResponse:
        return await self.session.get(f"{self.base}{path}", headers=self.headers(**({"Origin": None} | changed)))


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    people = [User("ana", manages=True), User("ben")]
    async with WireServer(people, guilds=[Guild("Playground")]) as server:
        yield server


@pytest.fixture
async def door(server: WireServer) -> AsyncIterator[Door]:
    async with Site(server, STYLE_SHEET) as site, aiohttp.ClientSession() as session:
        yield Door(site, session)


async def test_it_listens_on_loopback_alone(door: Door) -> None:
    assert door.base.startswith("http://127.0.0.1:")
    assert door.site._runner
    assert {address[0] for address in door.site._runner.addresses} == {"127.0.0.1"}


async def test_published_by_a_container_it_answers_as_loopback_to_its_secret_alone(server: WireServer) -> None:
    place = PagePlace(listens_on="127.0.0.2")  # as a container's own address, by which its engine comes
    async with Site(server, STYLE_SHEET, place) as site, aiohttp.ClientSession() as session:
        base, _, secret = site.address.partition("/#")
        port = base.removeprefix("http://127.0.0.1:")
        own = {"Host": f"127.0.0.1:{port}", "Origin": base, "Authorization": f"Bearer {secret}"}
        wrong: list[tuple[dict[str, str], int]] = [
            ({}, 200),
            ({"Host": f"127.0.0.2:{port}"}, 403),
            ({"Origin": f"http://127.0.0.2:{port}"}, 403),
            ({"Authorization": "Bearer guessed"}, 401),
        ]
        for changed, status in wrong:
            async with session.post(f"http://127.0.0.2:{port}/api/enter", headers=own | changed) as answer:
                assert answer.status == status


WRONG: list[tuple[dict[str, str | None], int]] = [
    ({"Host": "evil.example"}, 403),
    ({"Host": "localhost"}, 403),
    ({"Host": "127.0.0.1"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": None}, 403),
    ({"Authorization": None}, 401),
    ({"Authorization": "Bearer wrong"}, 401),
    ({"Authorization": "Bearer "}, 401),
    ({"Authorization": "Bearer é"}, 401),
    ({"Authorization": "Basic wrong"}, 401),
]


@pytest.mark.parametrize(("changed", "status"), WRONG)
async def test_a_wrong_host_origin_or_secret_is_refused(
    door: Door, server: WireServer, changed: dict[str, str | None], status: int
) -> None:
    for kind, body in (("enter", None), ("say", SAY), ("file", {"who": "ana", "file": "1"})):
        assert (await door.post(kind, body, **changed))[0] == status
    headers = {name: value for name, value in door.headers(**changed).items() if name != "Authorization"}
    key = door.secret if "Authorization" not in changed else "wrong"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await door.session.ws_connect(f"{door.base}/api/live", headers=headers, protocols=("charla", key))
    assert refused.value.status == status
    assert not server.world.messages
    assert not server.world.watchers


@pytest.mark.parametrize("path", ["/%61pi/say", "/x/../api/say", "//api/say", "/./api/say", "/api//say", "/api%2fsay"])
async def test_no_spelling_of_an_address_leads_past_the_secret(door: Door, server: WireServer, path: str) -> None:
    url = URL(f"{door.base}{path}", encoded=True)
    async with door.session.post(url, json=SAY, headers=door.headers(Authorization=None)) as response:
        assert response.status in {401, 404, 405}
    assert not server.world.messages


async def test_the_page_itself_needs_the_right_host_and_nobody_elses_origin(door: Door) -> None:
    for changed in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}):
        async with await door.get("/", Authorization=None, **changed) as response:
            assert response.status == 403
            assert "Charla" not in await response.text()


async def test_every_answer_tells_browsers_what_they_may_do(door: Door) -> None:
    for path, changed in (("/", {}), ("/page.js", {}), ("/nothing", {}), ("/", {"Host": "x"})):
        async with await door.get(path, Authorization=None, **changed) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith(
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://"
            )
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert response.headers["Cache-Control"] == "no-store"
            assert not [name for name in response.headers if name.startswith("Access-Control")]


async def test_files_are_those_of_the_page_and_hold_no_secret(door: Door) -> None:
    for path in [*PAGE.iterdir(), PAGE / "look.css"]:
        async with await door.get(f"/{path.name}", Authorization=None) as response:
            assert response.status == 200
            assert response.charset == "utf-8"
            assert door.secret not in await response.text()
    for outside in ("/site.py", "/../site.py", "/%2e%2e/site.py", "/..%2fsite.py", "/page/page.js", "/look.css/"):
        async with door.session.get(URL(f"{door.base}{outside}", encoded=True)) as response:
            assert response.status == 404


async def test_a_ticket_lets_somebody_in_once(door: Door) -> None:
    ticket = door.site.address_once().split("#")[1]
    assert ticket != door.secret
    assert (await door.post("say", SAY, Authorization=f"Bearer {ticket}"))[0] == 401
    status, told = await door.post("enter", Authorization=f"Bearer {ticket}")
    assert (status, told["secret"]) == (200, door.secret)
    assert [person["name"] for person in told["people"]] == ["ana", "ben"]
    assert (await door.post("enter", Authorization=f"Bearer {ticket}"))[0] == 401
    assert (await door.post("enter"))[0] == 200


BAD: list[tuple[str, Any, str]] = [
    ("say", None, "Invalid JSON"),
    ("say", SAY | {"who": "eve"}, "There is nobody of that name."),
    ("say", SAY | {"where": "moon"}, "where: Input should be"),
    ("say", SAY | {"text": ""}, "text: String should have at least 1 character"),
    ("say", SAY | {"text": "  "}, "There is nothing to send."),
    ("say", SAY | {"text": "x" * 2001}, "text: String should have at most 2000 characters"),
    ("say", SAY | {"more": 1}, "more: Extra inputs are not permitted"),
    ("command", {"who": "ana", "where": "guild", "name": "x", "options": {}}, "There is no command /x for ana there."),
    ("menu", {"who": "ana", "name": "x", "message": "1"}, "That message is gone."),
    ("press", {"who": "ana", "message": "1", "custom_id": "x"}, "That message is gone."),
    ("press", {"who": "ana", "message": "-1", "custom_id": "x"}, "message: Input should be greater than"),
    ("submit", {"who": "ana", "form": "1", "fields": {}}, "That form is gone."),
    ("file", {"who": "ana", "file": "1"}, "That file is gone."),
    ("file", {}, "That asks for no file."),
    ("nothing", SAY, "There is no 'nothing' to do."),
]


@pytest.mark.parametrize(("kind", "body", "complaint"), BAD)
async def test_what_cannot_be_done_is_told(
    door: Door, server: WireServer, kind: str, body: Any, complaint: str
) -> None:
    status, told = await door.post(kind, body)
    assert status == 400
    assert complaint in told["error"]
    assert not server.world.messages


async def test_what_is_too_large_is_refused(door: Door) -> None:
    assert (await door.post("say", {**SAY, "text": "x" * 300_000}))[0] == 413


async def test_a_file_comes_as_a_download_to_people_who_see_it(door: Door, server: WireServer) -> None:
    file = File('<b>"\r\n.html', b"<script>alert(1)</script>", "text/html")
    message = server.say("look", user="ana")
    message.files, message.flags, message.audience = [file], EPHEMERAL, server.people["ana"]
    body = {"who": "ana", "file": str(file.id)}
    async with door.session.post(f"{door.base}/api/file", json=body, headers=door.headers()) as response:
        assert await response.read() == file.content
        assert response.headers["Content-Type"] == "application/octet-stream"
        name = "attachment; filename*=UTF-8''%3Cb%3E%22%0D%0A.html"
        assert response.headers[hdrs.CONTENT_DISPOSITION] == name
    assert (await door.post("file", body | {"who": "ben"}))[0] == 400
    message.deleted = True
    assert (await door.post("file", body))[0] == 400


async def test_a_page_hears_what_its_person_sees_and_nothing_else(door: Door, server: WireServer) -> None:
    headers = {name: value for name, value in door.headers().items() if name != "Authorization"}
    keys = ("charla", door.secret)
    async with door.session.ws_connect(f"{door.base}/api/live", headers=headers, protocols=keys) as socket:
        assert socket.protocol == "charla"  # the secret is not sent back
        await socket.send_json({"who": "ben", "where": "guild"})
        heard = await socket.receive_json()
        assert (heard["fresh"], heard["who"], heard["where"]) == (True, "ben", "guild")
        private = server.say("not for ben", user="ana")
        private.flags, private.audience = EPHEMERAL, server.people["ana"]
        server.say("elsewhere", user="ben", where="dm")
        shown = server.say("for all", user="ana")
        assert [message["content"] for message in (await socket.receive_json())["messages"]] == ["for all"]
        shown.deleted = True
        server.world.changed()
        assert await socket.receive_json() == {"gone": [str(shown.id)]}
        await socket.send_json({"who": "eve", "where": "guild"})
        assert (await socket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    assert not server.world.watchers


async def test_a_port_that_is_taken_is_an_error(door: Door, server: WireServer) -> None:
    port = int(door.base.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with Site(server, STYLE_SHEET, PagePlace(port)):
            pass
