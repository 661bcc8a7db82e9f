"""`charla run`: connect to Discord and answer until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from types import FrameType

from bot.errors import SettingsError
from bot.settings import Settings

CANNOT_REACH = 1
SWITCH_SECONDS = 0.001
"""How long the event loop waits at most for a thread that checks a text to let it go on; Python's default is 5 ms."""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `run`: it has none, all of its settings come from the environment and `.env`."""


def run(_arguments: argparse.Namespace) -> int:
    """Run the bot until it is told to stop.

    Returns:
        The exit code: 0 when it was told to stop, 1 when Discord cannot be reached.

    Raises:
        SettingsError: a setting is missing or wrong.
        ModelError: no worker can write with the default model.
    """
    settings = Settings.load()
    token = settings.token()
    # Python leaves SIGTERM to the system, which ignores it for a container's first process.
    signal.signal(signal.SIGTERM, _stop_at_once)
    signal.signal(signal.SIGINT, _stop_at_once)
    return _run(settings, token)


def _run(settings: Settings, token: str) -> int:
    gc.disable()  # looking for garbage while libraries load finds none, and takes a tenth of the start
    import aiohttp  # noqa: PLC0415 - wrong settings fail before anything heavy is loaded
    import discord  # noqa: PLC0415

    from bot.app import open_bot, serve, set_up_logging, stop_signals  # noqa: PLC0415

    set_up_logging(settings.log_level)
    with open_bot(settings) as bot:
        gc.freeze()  # nor will all that is loaded by now ever be garbage
        gc.enable()
        sys.setswitchinterval(SWITCH_SECONDS)

        async def main() -> None:
            with stop_signals() as stop:
                await serve(bot, token, stop.wait())

        try:
            asyncio.run(main())
        except discord.LoginFailure:
            raise SettingsError(
                "DISCORD_TOKEN was refused by Discord: allowed is the token that Discord's portal shows"
            ) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            sys.stderr.write(f"charla run: Discord cannot be reached: {error}\n")
            return CANNOT_REACH
    return 0


def _stop_at_once(_number: int, _frame: FrameType | None) -> None:
    """End the process: before the bot is connected there is nothing to finish."""
    sys.exit(0)
