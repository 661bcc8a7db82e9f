"""Discord is reached by the proxy that the operator names, and the playground by none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import open_bot
from bot.chat.attachments import read_text_file
from bot.chat.proxy import find_proxy
from bot.errors import RefusalError, SettingsError
from bot.generation.catalog import Catalog
from bot.settings import Settings
from playground.wire.redirect import discord_at
from tests.support.random_models import NumpyCopy, random_model

OURS = "http://proxy.example:3128"


class Proxy:
    """A proxy that notes for whom it is asked, and connects nobody."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url = ""

    async def refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().strip())
        writer.write(b"HTTP/1.1 502 no\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    one = Proxy()
    server = await asyncio.start_server(one.refuse, "127.0.0.1")
    async with server:
        one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield one


@pytest.fixture(autouse=True)
def no_usual_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("way", ["PROXY_URL", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_the_bot_asks_the_proxy_for_discord(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy() as one:
        monkeypatch.setenv(way, one.url)
        settings = Settings.load(workers=1, database_url=f"sqlite:///{tmp_path / 'charla.db'}")
        with open_bot(settings, catalog=Catalog([random_model()], ""), make_copy=NumpyCopy) as bot:
            async with bot:
                with pytest.raises(aiohttp.ClientHttpProxyError):
                    await bot.login("a.b.c")
        assert set(one.asked) == {"CONNECT discord.com:443 HTTP/1.1"}


async def test_files_of_messages_come_by_the_proxy() -> None:
    async with proxy() as one:
        with pytest.raises(RefusalError):
            await read_text_file("https://cdn.discordapp.com/attachments/1/2/message.txt", 9, proxy=one.url)
        assert one.asked == ["CONNECT cdn.discordapp.com:443 HTTP/1.1"]


def test_the_operators_own_goes_before_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://usual.example:1")
    assert find_proxy(Settings.load(proxy_url=OURS)) == OURS
    assert find_proxy(Settings.load()) == "http://usual.example:1"


@pytest.mark.parametrize("exempt", ["discord.com", ".com", "*", "localhost, discord.com"])
def test_the_usual_one_is_left_out_for_whom_no_proxy_names(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", OURS)
    monkeypatch.setenv("NO_PROXY", exempt)
    assert find_proxy(Settings.load()) is None
    assert find_proxy(Settings.load(proxy_url=OURS)) == OURS


def test_the_playground_is_reached_by_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", OURS)
    with discord_at(type("Place", (), {"url": "http://127.0.0.1:40001"})()):
        assert find_proxy(Settings.load(proxy_url=OURS)) is None


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("socks5://u:secret@h:1", "socks5"),
        ("secret.example:3128", "no address"),
        ("u:secret@http://h:1", "no address"),
        ("http://", "http"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("way", ["PROXY_URL", "ALL_PROXY"])
def test_what_is_no_proxy_is_told_in_a_line_without_its_password(
    way: str, address: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(way, address)
    if not address:
        assert find_proxy(Settings.load()) is None
        return
    with pytest.raises(SettingsError, match=f"^{way} is {kind}, no HTTP proxy: allowed is http://HOST:PORT") as refused:
        find_proxy(Settings.load())
    assert "secret" not in str(refused.value)
