"""Run the real bot in a Discord on this machine only, at a page or in the terminal: `charla demo`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path

from bot.app import open_bot, serve, stop_signals
from bot.chat.client import Charla
from bot.errors import InvalidInputError
from bot.export.browser_page import STYLE_SHEET
from bot.logs import set_up_logging
from bot.settings import Settings
from playground.demo import PortError, show_page, talk_at_terminal
from playground.page.site import LOOPBACK, PagePlace

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
        "--published",
        action="store_true",
        help="in a container: let its engine reach the page, which publishes --port on the host's 127.0.0.1",
    )
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
    if at_terminal and (arguments.port or arguments.no_open or arguments.published):
        raise InvalidInputError(
            "--port, --published and --no-open are for the page: not allowed with --terminal, nor without --page in a "
            "pipe"
        )
    if arguments.published and not arguments.port:
        raise InvalidInputError("--published needs --port, the one that is published, on both sides")
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
        database_url_file=None,
    )
    set_up_logging(settings.log_level, settings.log_format)
    sys.stderr.write("Starting the bot …\n")
    with open_bot(settings) as bot:
        asyncio.run(_serve(bot, arguments, at_terminal=at_terminal))
    return 0


def choose_place(arguments: argparse.Namespace) -> PagePlace:
    """Choose where the page is served: on loopback, unless a container's engine publishes its port."""
    return PagePlace(arguments.port, "" if arguments.published else LOOPBACK)


async def _serve(bot: Charla, arguments: argparse.Namespace, *, at_terminal: bool) -> None:
    def connect(token: str, until: Awaitable[object]) -> Awaitable[None]:
        return serve(bot, token, until)

    if at_terminal:
        await talk_at_terminal(connect)
        return
    with stop_signals() as stop:
        try:
            await show_page(connect, STYLE_SHEET, choose_place(arguments), stop, opens=not arguments.no_open)
        except PortError as error:
            raise InvalidInputError(f"--port {arguments.port}: cannot be used: {error}") from None
