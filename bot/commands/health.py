"""`charla health`: ask the bot that runs on this machine whether it is well; a container's health check."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from bot.errors import SettingsError
from bot.settings import Address, Settings

UNWELL = 1
ANSWER_SECONDS = 4.0
"""How long an answer is waited for; one that takes longer comes of an event loop that stands."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `health`."""
    parser.add_argument(
        "--live",
        action="store_true",
        help="ask only whether the process works, and not whether it is connected to Discord and has its model",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print how the bot is, and return 0 if it is well, 1 if it is not or does not answer.

    Raises:
        SettingsError: a setting is wrong, or `HEALTH_ADDRESS` is off.
    """
    address = Settings.load().health_place
    if address is None:
        raise SettingsError("HEALTH_ADDRESS is off: allowed here is the address that the bot was started with")
    problems = ask(address, ["/healthz"] if arguments.live else ["/healthz", "/readyz"])
    sys.stdout.write(problems or "ok\n")
    return UNWELL if problems else 0


def ask(address: Address, paths: Sequence[str], *, seconds: float = ANSWER_SECONDS) -> str:
    """Ask the bot, and return what is wrong, a line each; nothing where all is well.

    Args:
        address: where it serves.
        paths: what to ask for, one after the other; once there is no answer, no more.
        seconds: how long an answer is waited for.
    """
    connection = HTTPConnection(address.from_here().host, address.port, timeout=seconds)
    problems, path = "", ""
    try:
        for path in paths:
            connection.request("GET", path)
            response = connection.getresponse()
            lines = response.read().decode(errors="replace").splitlines()
            if response.status != HTTPStatus.OK:
                problems += "".join(f"{path}: {line}\n" for line in lines)
    except (OSError, HTTPException) as error:
        problems += f"{path}: no answer at {address}: {error or type(error).__name__}\n"
    finally:
        connection.close()
    return problems
