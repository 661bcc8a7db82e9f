"""Read a text file that lies with a message: from Discord's own hosts, and never more than the bot has use for."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Collection

import aiohttp
import yarl
from discord.asset import Asset

from bot.errors import RefusalError

MAX_FILE_BYTES = 64 * 1024
"""Four times as much as the longest text that a request can end in, with four bytes a character."""
READ_SECONDS = 10.0
_PIECE_BYTES = 8192
_PROXY = "https://media.discordapp.net"

NO_FILE = "The file with that text cannot be had from Discord now. Please try again, or use /generate."
TOO_LARGE = f"That file is too long for me to read: at most {MAX_FILE_BYTES // 1024} KiB are allowed."


def discord_origins() -> frozenset[yarl.URL]:
    """Return the origins from which Discord serves attachments; one is where discord.py is pointed at."""
    return frozenset({yarl.URL(Asset.BASE).origin(), yarl.URL(_PROXY)})


async def read_text_file(
    address: str, size: int, origins: Collection[yarl.URL] | None = None, *, proxy: str | None = None
) -> str:
    """Return the text of a file, in UTF-8 or as its byte order mark says; what is none shows as `�`.

    Args:
        address: where it lies, as its message says.
        size: its bytes, as its message says, which need not be true.
        origins: where the file may lie; if left out, with Discord.
        proxy: the address of the proxy by which it is asked for, if by any.

    Raises:
        RefusalError: it lies elsewhere, is too large, or cannot be had.
    """
    if size > MAX_FILE_BYTES:
        raise RefusalError(TOO_LARGE)
    url = _parse(address)
    if url is None or url.origin() not in (discord_origins() if origins is None else origins):
        raise RefusalError(NO_FILE)
    try:
        async with asyncio.timeout(READ_SECONDS):
            content = await _read(url, proxy)
    except (aiohttp.ClientError, OSError):  # a timeout is one
        raise RefusalError(NO_FILE) from None
    return content.decode(_encoding(content), "replace")


def _encoding(content: bytes) -> str:
    """Return the encoding of a text, which takes its byte order mark off."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):  # the first begins with a mark of UTF-16
        return "utf-32"
    return "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


async def _read(url: yarl.URL, proxy: str | None) -> bytes:
    """Return what stands at an address, which leads nowhere else and is compressed by nobody.

    The session is no other one's: it has no cookies, and sends no token.

    Raises:
        RefusalError: it is too large, or not simply there.
        aiohttp.ClientError, OSError: it cannot be had.
    """
    identity = {"Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(auto_decompress=False, headers=identity) as session,
        session.get(url, allow_redirects=False, proxy=proxy) as response,
    ):
        if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
            raise RefusalError(NO_FILE)
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE_BYTES):
            content += piece
            if len(content) > MAX_FILE_BYTES:  # whatever the message and the headers said
                raise RefusalError(TOO_LARGE)
    return bytes(content)


def _parse(address: str) -> yarl.URL | None:
    """Return an address of the web, or None where it is none."""
    try:
        url = yarl.URL(address)
    except ValueError:
        return None
    return url if url.scheme in {"http", "https"} and url.host else None
