"""Files that are replaced in one step, so that nobody ever reads half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

READABLE = 0o644
"""A new file's mode: a bot that runs as another user shall be able to read it."""


def replace_file(path: Path, content: bytes) -> None:
    """Write `content` to `path`, over what is there if anything is: all of it or nothing.

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
