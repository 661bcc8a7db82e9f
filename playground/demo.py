"""Show the playground to the person at the keyboard: at a prompt, or as a page in the browser."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

from playground.page.site import PagePlace, Site
from playground.terminal.conversation import converse
from playground.wire.records import Guild, User
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer

PROMPT = "> "
GREETING = """\
This is Charla in a Discord that runs on this machine only. Try
  /generate seed: Cats can no longer
then press the buttons by their names, as /again or /edit top_n: 10, and end with Ctrl+D.
"""
OPENED = """\
Charla's playground is open, on this machine only. Every program that has this address can use it; Ctrl+C ends it.
"""
READY_SECONDS = 30.0

Serve = Callable[[str, Awaitable[object]], Awaitable[None]]
"""Connects the bot with this token, and serves until the second argument is done."""


class PortError(Exception):
    """A port that cannot be listened on; the message says why."""


async def talk_at_terminal(serve: Serve) -> None:
    """Answer the lines of standard input until their end."""
    async with WireServer([User("you", manages=True)]) as server:
        with discord_at(server):
            await serve(server.token, _converse(server))


async def show_page(serve: Serve, style_sheet: Path, place: PagePlace, stop: asyncio.Event, *, opens: bool) -> None:
    """Serve the page until `stop` is set.

    Args:
        serve: connects the bot.
        style_sheet: colours, type and spacing of the page.
        place: where the page is served.
        stop: ends it.
        opens: whether to open a browser, where that is likely to work.

    Raises:
        PortError: the port cannot be listened on.
    """
    people = [User("ana", manages=True), User("ben"), User("mia", moderates=True)]
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(WireServer(people, guilds=[Guild("Playground")]))
        try:
            site = await stack.enter_async_context(Site(server, style_sheet, place))
        except OSError as error:
            raise PortError(error.strerror) from None
        with discord_at(server):
            await serve(server.token, _show(server, site, stop, opens=opens))


async def _show(server: WireServer, site: Site, stop: asyncio.Event, *, opens: bool) -> None:
    """Print where the page is, open it where that is likely to work, and wait until `stop` is set."""
    await server.bot_ready(READY_SECONDS)
    sys.stderr.write(OPENED)
    _write(f"{site.address}\n")
    if opens and has_browser(os.environ, sys.platform):
        # In a thread that is not waited for: some browsers block the process that opens them until they are closed.
        threading.Thread(target=_open, args=(site.address_once(),), daemon=True).start()
    await stop.wait()


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):  # the address is printed anyway
        webbrowser.open(address)


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Return whether a browser that this process opens is likely to show up in front of the person who started it."""
    if environment.get("CI") or environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    has_screen = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    return has_screen or platform in {"darwin", "win32"}


async def _converse(server: WireServer) -> None:
    await server.bot_ready(READY_SECONDS)
    if sys.stdin.isatty():
        sys.stderr.write(GREETING)
    await converse(server, _lines(), _write)


async def _lines() -> AsyncIterator[str]:
    while True:
        if sys.stdin.isatty():
            sys.stderr.write(PROMPT)
            sys.stderr.flush()
        line = await asyncio.to_thread(sys.stdin.readline)  # the loop has a bot to run meanwhile
        if not line:
            return
        yield line.rstrip("\n")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
