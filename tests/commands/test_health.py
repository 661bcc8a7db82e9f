"""`charla health`, and the image's health check, which it is."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.__main__ import main
from bot.settings import Settings
from tests.support.paths import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


@asynccontextmanager
async def answering(monkeypatch: pytest.MonkeyPatch, **answers: tuple[int, str]) -> AsyncIterator[None]:
    """Answer at `HEALTH_ADDRESS` as a bot would, by path."""

    async def answer(request: web.Request) -> web.Response:
        status, text = answers[request.path.strip("/")]
        return web.Response(status=status, text=text)

    app = web.Application()
    app.router.add_get("/{path}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("HEALTH_ADDRESS", str(runner.addresses[0][1]))
    yield
    await runner.cleanup()


async def run(*words: str) -> int:
    return await asyncio.to_thread(main, ["health", *words])


async def test_a_bot_that_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async with answering(monkeypatch, healthz=(200, "ok\n"), readyz=(200, "ok\n")):
        assert await run() == 0
    assert capsys.readouterr() == ("ok\n", "")


async def test_what_is_wrong_is_said_a_line_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with answering(monkeypatch, healthz=(503, "one\n"), readyz=(503, "two\nthree\n")):
        assert await run() == 1
    assert capsys.readouterr() == ("/healthz: one\n/readyz: two\n/readyz: three\n", "")


async def test_a_bot_that_is_alive_need_not_be_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(monkeypatch, healthz=(200, "ok\n"), readyz=(503, "not connected\n")):
        assert await run("--live") == 0
        assert await run() == 1


def test_a_bot_that_is_not_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:  # bound, and not listened on: nobody else gets it meanwhile
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        monkeypatch.setenv("HEALTH_ADDRESS", str(port))
        assert main(["health"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"/healthz: no answer at 127.0.0.1:{port}: ")
    assert err == ""


def test_without_an_address_there_is_nothing_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["health"]) == 2
    assert "HEALTH_ADDRESS is off" in capsys.readouterr().err


def test_the_images_check_asks_where_the_image_serves() -> None:
    (command,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert json.loads(command) == ["charla", "health"]
    (value,) = re.findall(r"^    HEALTH_ADDRESS=(\S+)$", DOCKERFILE, re.MULTILINE)
    place = Settings.load(health_address=value).health_place
    assert place
    assert place.host == "127.0.0.1"
