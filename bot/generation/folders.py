"""Folders that are written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which becomes `folder` when the block ends well and vanishes when it does not.

    Raises:
        FileExistsError: there is something at `folder` already.
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
