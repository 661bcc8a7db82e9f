"""`charla demo`: the real bot, in a Discord that runs on this machine only; at a page or in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import threading
import webbrowser
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bot.app import open_bot, serve, set_up_logging, stop_signals
from bot.chat.client import Charla
from bot.errors import InvalidInputError
from bot.export.browser_page import STYLE_SHEET
from bot.settings import Settings
from playground.page.site import Site
from playground.terminal.conversation import converse
from playground.wire.records import Guild, User
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer

PROMPT = "> "
GREETING = """\
This is Charla in a Discord that runs on this machine only. Try
  /generate seed: The meaning of life is top_n: 3
then press the buttons by their names, as /again or /edit top_n: 10, and end with Ctrl+D.
"""
OPENED = """\
Charla's playground is open, on this machine only. Every program that has this address can use it; Ctrl+C ends it.
"""
READY_SECONDS = 30.0
LARGEST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `demo`."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--terminal",
        action="store_true",
        help="a prompt in this terminal; so it is by itself where standard input is a pipe or a file",
    )
    how.add_argument("--page", action="store_true", help="the page in a browser; so it is by itself in a terminal")
    parser.add_argument("--no-open", action="store_true", help="print the page's address, and open no browser")
    parser.add_argument(
        "--port", type=_port, default=0, help="the port of the page, on 127.0.0.1 (if left out: any that is free)"
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LARGEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r}: allowed are whole numbers from 1 to {LARGEST_PORT}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Show the page until Ctrl+C; or read lines from standard input, print each answer, end at the end of input."""
    at_terminal = arguments.terminal or not (arguments.page or sys.stdin.isatty())
    if at_terminal and (arguments.port or arguments.no_open):
        raise InvalidInputError(
            "--port and --no-open are for the page: not allowed with --terminal, nor without --page in a pipe"
        )
    with tempfile.TemporaryDirectory(prefix="charla-") as folder:
        return _run(Path(folder), arguments, at_terminal=at_terminal)


def _run(folder: Path, arguments: argparse.Namespace, *, at_terminal: bool) -> int:
    settings = Settings.load(
        log_level="warning",
        development_guild=0,
        # The person at a prompt need not be held back, and what is set lasts for this once.
        rate_limit_user=0,
        rate_limit_server=0,
        database_url=f"sqlite:///{folder / 'charla.db'}",
    )
    set_up_logging(settings.log_level)
    sys.stderr.write("Starting the bot …\n")
    with open_bot(settings) as bot:
        asyncio.run(
            talk_at_terminal(bot) if at_terminal else show_page(bot, arguments.port, opens=not arguments.no_open)
        )
    return 0


async def talk_at_terminal(bot: Charla) -> None:
    """Answer typed lines until their end."""
    async with WireServer([User("you", manages=True)]) as server:
        with discord_at(server):
            await serve(bot, server.token, _converse(server))


async def show_page(bot: Charla, port: int, *, opens: bool) -> None:
    """Serve the page until the process is told to stop.

    Raises:
        InvalidInputError: the port cannot be listened on.
    """
    people = [User("ana", manages=True), User("ben"), User("mia", moderates=True)]
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(WireServer(people, guilds=[Guild("Playground")]))
        try:
            site = await stack.enter_async_context(Site(server, STYLE_SHEET, port))
        except OSError as error:
            raise InvalidInputError(f"--port {port}: cannot be used: {error.strerror}") from None
        with discord_at(server), stop_signals() as stop:
            await serve(bot, server.token, _show(server, site, stop, opens=opens))


async def _show(server: WireServer, site: Site, stop: asyncio.Event, *, opens: bool) -> None:
    """Print where the page is, open it where that is likely to work, and wait until the process is told to stop."""
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
