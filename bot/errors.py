"""Define the errors that a person may read: each message says what is wrong, which value, and what is allowed.

The command line prints the message of a `CharlaError` and ends with exit code 2; the bot sends it to the person who
asked. Any other exception is a fault of the program: it is logged, and nobody is shown its text.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def explain_refusal(error: OSError, path: Path) -> str:
    """Say why a person's file cannot be read; where only another user may, name this one and the two ways out."""
    reason = error.strerror or str(error)
    if not isinstance(error, PermissionError) or sys.platform == "win32":
        return reason
    return (
        f"{reason}: Charla runs as user {os.geteuid()} here; let that user read it (chmod o+r {path.name}), or hand it "
        f"over on standard input (- for the file's name, then < {path.name})"
    )


class CharlaError(Exception):
    """The root of all errors whose message is written for a person."""


class InvalidInputError(CharlaError):
    """A value, an option or a file that cannot be used."""


class ModelError(CharlaError):
    """A model that is missing, broken, or that no engine can run here."""


class SettingsError(CharlaError):
    """A setting that is missing or wrong; the message names its variable."""


class GenerationError(CharlaError):
    """A request that gets no text: the queue is full, it took too long, it was cancelled, or a worker failed."""


class StorageError(CharlaError):
    """Servers' settings that can be neither read nor written now."""


class RefusalError(CharlaError):
    """Something that a person asked the bot for and may not have, here or now."""
