"""`charla run`: connect to Discord and answer until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from types import FrameType

from bot.setting_files import is_exposed
from bot.settings import ENV_FILE, Settings

log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long the event loop waits at most for a thread that checks a text to let it go on; Python's default is 5 ms."""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `run`: it has none, all of its settings come from the environment and `.env`."""


def run(_arguments: argparse.Namespace) -> int:
    """Run the bot until it is told to stop.

    Raises:
        SettingsError: a setting is missing or wrong, or Discord refuses it.
        ModelError: no worker can write with the default model.
    """
    settings = Settings.load()
    token = settings.token()
    # Python leaves SIGTERM to the system, which ignores it for a container's first process.
    signal.signal(signal.SIGTERM, _stop_at_once)
    signal.signal(signal.SIGINT, _stop_at_once)
    if hasattr(signal, "SIGHUP") and not os.isatty(0):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the models are being read just now
    _run(settings, token)
    return 0


def _run(settings: Settings, token: str) -> None:
    gc.disable()  # looking for garbage while libraries load finds none, and takes a tenth of the start
    # Wrong settings fail before anything heavy is loaded.
    from bot.app import hangup_signals, open_bot, serve, stop_signals  # noqa: PLC0415
    from bot.logs import set_up_logging  # noqa: PLC0415

    set_up_logging(settings.log_level, settings.log_format)
    if is_exposed(ENV_FILE):
        log.warning("%s holds a secret, and other users of this machine can read it: chmod 600 %s", ENV_FILE, ENV_FILE)
    with open_bot(settings) as bot:
        gc.freeze()  # nor will all that is loaded by now ever be garbage
        gc.enable()
        sys.setswitchinterval(SWITCH_SECONDS)

        async def main() -> None:
            with stop_signals() as stop, hangup_signals(bot, stop):
                await serve(bot, token, stop.wait())

        asyncio.run(main())


def _stop_at_once(_number: int, _frame: FrameType | None) -> None:
    """End the process: before the bot is connected there is nothing to finish."""
    sys.exit(0)
