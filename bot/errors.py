"""Define the errors that a person may read: each message says what is wrong, which value, and what is allowed.

The command line prints the message of a `CharlaError` and ends with exit code 2; the bot sends it to the person who
asked. Any other exception is a fault of the program: it is logged, and nobody is shown its text.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path
from typing import Final

MAX_MESSAGE: Final = 600
"""Characters of what is said of a model: its files may hold names and values of any length."""
_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def show_controls(text: str, keep: str = "") -> str:
    r"""Return a text with all characters that steer a terminal, but those in `keep`, written as in Python: `\x1b`.

    These are control characters, those that turn the writing direction, and halves of surrogate pairs.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or not _steers(c) else c.encode("unicode_escape").decode() for c in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TURNING


def explain_unreadable(error: Exception, path: Path) -> str:
    """Say why a file cannot be read; where only another user may, name this one and the way out."""
    reason = getattr(error, "strerror", None) or str(error)
    if not isinstance(error, PermissionError) or sys.platform == "win32":
        return reason
    return f"{reason}: Charla runs as user {os.geteuid()} here; let that user read it (chmod o+r {path.name})"


def explain_refusal(error: OSError, path: Path) -> str:
    """Say as `explain_unreadable` why a person's file cannot be read, and that standard input is another way out."""
    reason = explain_unreadable(error, path)
    if not isinstance(error, PermissionError) or sys.platform == "win32":
        return reason
    return f"{reason}, or hand it over on standard input (- for the file's name, then < {path.name})"


class CharlaError(Exception):
    """The root of all errors whose message is written for a person."""


class InvalidInputError(CharlaError):
    """A value, an option or a file that cannot be used."""


class ModelError(CharlaError):
    """A model that is missing, broken, or that no engine can run here.

    Its message is one line of moderate length, and nothing in it steers a terminal, whatever the model's files say.
    """

    def __init__(self, message: str) -> None:
        line = show_controls(" ".join(message.splitlines()))
        super().__init__(line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE - 1]}…")


class SettingsError(CharlaError):
    """A setting that is missing or wrong; the message names its variable."""


class GenerationError(CharlaError):
    """A request that gets no text: the queue is full, it took too long, it was cancelled, or a worker failed."""


class StorageError(CharlaError):
    """Servers' settings that can be neither read nor written now."""


class RefusalError(CharlaError):
    """Something that a person asked the bot for and may not have, here or now."""
