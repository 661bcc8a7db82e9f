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
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from bot.app import find_store, read_catalog, read_words, serve, start_workers, told_to_stop
from bot.chat.client import Charla
from bot.commands import UsageError, as_usage_error
from bot.export.browser_page import STYLE_SHEET
from bot.generation.model import ModelError
from bot.logs import set_up_logging
from bot.settings import Settings, SettingsError
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
Charla's playground is open, on this machine only. Whoever has this address can use it; Ctrl+C ends it.
"""
READY_SECONDS = 30.0
LARGEST_PORT = 65535

MakeBot = Callable[[], Charla]


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
        raise UsageError(
            "--port and --no-open are for the page: not allowed with --terminal, nor without --page in a pipe"
        )
    with tempfile.TemporaryDirectory(prefix="charla-") as folder:
        return _run(Path(folder), arguments, at_terminal=at_terminal)


def _run(folder: Path, arguments: argparse.Namespace, *, at_terminal: bool) -> int:
    with as_usage_error(SettingsError, ModelError):
        settings = Settings.load(
            log_level="warning",
            development_guild=0,
            # One person at a prompt is no crowd to be held back, and what they set is for this once.
            rate_limit_user=0,
            rate_limit_server=0,
            database_url=f"sqlite:///{folder / 'charla.db'}",
        )
        words = read_words(settings)
        set_up_logging(settings.log_level)
        catalog = read_catalog(settings)
        sys.stderr.write("Starting the bot …\n")
        pool = start_workers(settings, catalog)

    def make_bot() -> Charla:
        return Charla(settings, catalog, pool, find_store(settings), words)

    try:
        demo = in_terminal(make_bot) if at_terminal else at_page(make_bot, arguments.port, opens=not arguments.no_open)
        asyncio.run(demo)
    finally:
        pool.stop(grace=0)
    return 0


async def in_terminal(make_bot: MakeBot) -> None:
    """Answer typed lines until their end."""
    async with WireServer([User("you", manages=True)]) as server:
        with discord_at(server):
            await serve(make_bot(), server.token, _converse(server))


async def at_page(make_bot: MakeBot, port: int, *, opens: bool) -> None:
    """Serve the page until somebody ends it.

    Raises:
        UsageError: nobody can listen on that port.
    """
    people = [User("ana", manages=True), User("ben"), User("mia", moderates=True)]
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(WireServer(people, guilds=[Guild("Playground")]))
        try:
            site = await stack.enter_async_context(Site(server, STYLE_SHEET, port))
        except OSError as error:
            raise UsageError(f"--port {port}: cannot be used: {error.strerror}") from None
        with discord_at(server), told_to_stop() as told:
            await serve(make_bot(), server.token, _show(server, site, told, opens=opens))


async def _show(server: WireServer, site: Site, told: asyncio.Event, *, opens: bool) -> None:
    """Tell where the page is, open it where that is likely to work, and wait until it is told to stop."""
    await server.bot_ready(READY_SECONDS)
    sys.stderr.write(OPENED)
    _write(f"{site.address}\n")
    if opens and has_browser(os.environ, sys.platform):
        # A thread that nobody waits for: some browsers keep whoever opens them until they are closed.
        threading.Thread(target=_open, args=(site.address_once(),), daemon=True).start()
    await told.wait()


def _open(address: str) -> None:
    with contextlib.suppress(webbrowser.Error, OSError):  # the address is printed anyway
        webbrowser.open(address)


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser that this process opens is likely to show up in front of whoever started it."""
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
