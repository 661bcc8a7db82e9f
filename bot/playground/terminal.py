"""A conversation with the bot at a terminal: a typed line in, the message that answers it out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Callable

from bot.playground.drawing import Pen, clean, draw
from bot.playground.exchange import Exchange
from bot.playground.server import WireServer
from bot.playground.typed import LineError, parse, usage

PATIENCE_SECONDS = 120.0

Write = Callable[[str], object]


async def converse(
    server: WireServer,
    lines: AsyncIterator[str],
    write: Write,
    *,
    patience: float = PATIENCE_SECONDS,
    pen: Pen | None = None,
) -> None:
    """Run typed lines one after another, and show what the bot answers to each.

    Args:
        server: where the bot is connected.
        lines: what is typed; blank lines are passed over.
        write: takes text to show, line breaks included.
        patience: seconds that the bot may take for an answer, after it has acknowledged the command.
        pen: how to draw; to suit standard output if left out.
    """
    chosen = pen or Pen(min(100, shutil.get_terminal_size().columns), sys.stdout.isatty())
    async for line in lines:
        if not line.strip():
            continue
        if not line.lstrip().startswith("/"):
            write(usage(server.commands))
            continue
        try:
            typed = parse(line.strip(), server.commands)
        except LineError as error:
            write(f"{clean(str(error))}\n")
            continue
        write(await _answer(server, await server.slash(typed.name, typed.options), patience, chosen))


async def _answer(server: WireServer, exchange: Exchange, patience: float, pen: Pen) -> str:
    seconds = server.limits.first_answer_seconds
    try:
        await exchange.acknowledgement(seconds)
    except TimeoutError:
        return f"The bot did not answer within {seconds:g} s.\n"
    try:
        await exchange.settled(patience)
    except TimeoutError:
        return f"The bot acknowledged the command, but did not answer it within {patience:g} s.\n"
    if not exchange.shown:
        return f"The bot answered with what cannot be shown here ({exchange.state}).\n"
    return "".join(draw(message, pen) for message in exchange.shown)
