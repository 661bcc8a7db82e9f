"""Write files and folders whole or not at all, so that no reader ever sees half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READABLE = 0o644
"""A new file's mode, so that a bot that runs as another user can read it."""


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, over an older file: all of it or nothing.

    Raises:
        OSError: there is no room, or no permission.
    """
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).chmod(path.stat().st_mode & 0o777 if path.exists() else READABLE)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


@contextmanager
def private_files() -> Iterator[None]:
    """Make every file and folder that is created inside the block readable by its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def create_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder to write to, which becomes `folder` at the end of the block and is deleted if the block raises.

    Raises:
        FileExistsError: `folder` exists already.
        OSError: there is no room, or no permission.
    """
    if folder.exists() or folder.is_symlink():
        raise FileExistsError(f"{folder} exists already: choose another name or remove it")
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield draft
        for path in draft.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        draft.chmod(0o755)  # mkdtemp's 0700 would hide it from a bot or a web server that runs as another user
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
