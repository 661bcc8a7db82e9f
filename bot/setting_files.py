"""Read files of settings and secrets, as the editors and shells of all systems write them, and echo nothing of them."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.errors import SettingsError

MAX_FILE: Final = 2**20
SECRETS: Final = ("DISCORD_TOKEN", "DATABASE_URL")
"""Settings that are secret, or may hold a password. Each can also come out of a file, which NAME_FILE names."""
WITH_PASSWORDS: Final = (*SECRETS, "PROXY_URL")
"""These, and one that may hold a password and comes out of no file."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_QUOTED: Final = re.compile(r"""(["'])(?P<inside>.*)\1""", re.DOTALL)


def read_env_file(path: Path) -> dict[str, str]:
    """Read the settings in a file of lines NAME=VALUE, by their names; a file that does not exist has none.

    Raises:
        SettingsError: it cannot be read, or is no text.
    """
    try:
        text = _read_text(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {_explain(error)}") from None
    except ValueError:
        raise SettingsError(f"{path} is no text that can be read: save it as UTF-8") from None
    for line in parse_stream(io.StringIO(text)):
        if line.error:
            raise SettingsError(
                f"{path}, line {line.original.line}: allowed are lines of the form NAME=VALUE, and # comments"
            )
    found = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in found.items() if value is not None}


def read_secret(path: Path, name: str) -> str:
    """Read the secret in a file that the setting `name`_FILE names; nothing of it, nor the name, is ever told.

    Raises:
        SettingsError: it cannot be read, or is no text.
    """
    allowed = f"allowed is the name of a text file that holds the {name} and can be read"
    try:
        text = tidy_value(_read_text(path))
    except OSError as error:
        raise SettingsError(f"{name}_FILE cannot be read ({_explain(error)}): {allowed}") from None
    except ValueError:
        raise SettingsError(f"{name}_FILE names no text: {allowed}") from None
    return tidy_value(text.removeprefix(f"{name}="))  # somebody may have copied a line of `.env`


def tidy_value(value: str) -> str:
    """Return a value without white space around it, nor quotes, which `docker run --env-file` leaves where they are."""
    stripped = value.strip()
    quoted = _QUOTED.fullmatch(stripped)
    return quoted["inside"] if quoted else stripped


def is_exposed(path: Path) -> bool:
    """Return whether other users of the machine can read a file that holds a secret."""
    try:
        mode = path.stat().st_mode
        return os.name == "posix" and bool(mode & (stat.S_IRGRP | stat.S_IROTH)) and _has_secret(path)
    except OSError:
        return False


def _has_secret(path: Path) -> bool:
    return any(value for name, value in read_env_file(path).items() if name.upper() in WITH_PASSWORDS)


def _read_text(path: Path) -> str:
    """Read a text of any of the usual encodings.

    Raises:
        OSError: it cannot be read, or is no file.
        ValueError: it is no text, or far too large.
    """
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise ValueError
    text = _decode(content).removeprefix("\ufeff")
    if "\0" in text:
        raise ValueError
    return text


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding)
    if content[1:2] == b"\0":  # names of settings are ASCII
        return content.decode("utf-16-le")
    if content[:1] == b"\0":
        return content.decode("utf-16-be")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252")  # what Windows's older editors write; a ValueError where it is not that either


def _explain(error: OSError) -> str:
    return "it is a folder" if isinstance(error, IsADirectoryError) else error.strerror or type(error).__name__
