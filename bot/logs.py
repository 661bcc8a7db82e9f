"""Log to standard error, in lines for people or as JSON; an id ties together what belongs to one interaction."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

LogFormat = Literal["text", "json"]

_TIED: ContextVar[str] = ContextVar("tied", default="")
_TOKENS = re.compile(
    r"(?<=/interactions/)(?P<interaction>\d+/)[\w.=-]+"  # in an address: it may be used for 15 minutes
    r"|(?<=/webhooks/)(?P<webhook>\d+/)[\w.=-]+"
    r"|[\w-]{18,}\.[\w-]{6}\.[\w-]{25,}"  # a bot's own
)


@contextmanager
def tie_lines(interaction: object) -> Iterator[None]:
    """Give an interaction's id to all lines that are logged within the block, and in tasks that are begun there."""
    before = _TIED.set(str(interaction))
    try:
        yield
    finally:
        _TIED.reset(before)


def redact(text: str) -> str:
    """Return a text without the tokens in it: errors of connections may name the address that was asked for."""
    return _TOKENS.sub(lambda found: f"{found['interaction'] or found['webhook'] or ''}***", text)


class TextFormatter(logging.Formatter):
    """Formats lines for people; the id of an interaction stands before the message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(tied)s%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Format a line; a traceback follows in lines of its own."""
        record.tied = f"[{_TIED.get()}] " if _TIED.get() else ""
        return redact(super().format(record))


class JsonFormatter(logging.Formatter):
    """Formats each line as a JSON object, its traceback included; times are UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a line: time, level, logger, message, and where there are such, interaction and error."""
        line = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if _TIED.get():
            line["interaction"] = _TIED.get()
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False))


def set_up_logging(level: str, style: LogFormat = "text") -> None:
    """Log to standard error from `level` on.

    The libraries' debug messages are left out at any level: they show the tokens of interactions.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for library in ("discord", "aiohttp", "asyncio"):
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))
    logging.getLogger("discord.client").setLevel(logging.WARNING)  # has a line for each attempt to log in
