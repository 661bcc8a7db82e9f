"""Read the files of a model's folder, which anybody may have made: regular files alone, none larger than it may be."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.errors import ModelError, explain_unreadable

MB: Final = 2**20

_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# A link, or a pipe that nobody writes to, may have been put there between the look and the opening.
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_guarded(path: Path, most: int) -> bytes:
    """Read a file of at most `most` bytes. Links are not followed: they may lead to anything that this user may read.

    Raises:
        FileNotFoundError: there is none.
        ModelError: it is no regular file, is too large, or cannot be read.
    """
    try:
        _check(path, path.lstat(), most)
        with os.fdopen(os.open(path, _OPEN), "rb") as file:
            _check(path, os.fstat(file.fileno()), most)
            content = file.read(most + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {explain_unreadable(error, path)}") from error
    if len(content) > most:
        raise _too_large(path, len(content), most)  # it has grown
    return content


def _check(path: Path, facts: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(facts.st_mode):
        kind = _KINDS.get(stat.S_IFMT(facts.st_mode), "something else")
        raise ModelError(f"{path} cannot be read: it is {kind}, allowed is a regular file")
    if facts.st_size > most:
        raise _too_large(path, facts.st_size, most)


def _too_large(path: Path, size: int, most: int) -> ModelError:
    return ModelError(f"{path} cannot be read: it has {size / MB:.1f} MiB, allowed are {most / MB:.1f} here")


@contextmanager
def refuse_damaged(path: Path) -> Iterator[None]:
    """Make a refusal in one line of whatever is raised inside the block, which reads what the file at `path` holds.

    The libraries that read it promise no kinds of errors for a file that was made to break them.

    Raises:
        ModelError: something was raised.
    """
    try:
        yield
    except (ModelError, FileNotFoundError):
        raise
    except Exception as error:
        raise ModelError(f"{path} cannot be read: {str(error) or type(error).__name__}") from error
