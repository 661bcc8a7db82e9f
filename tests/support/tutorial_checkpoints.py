"""Find the checkpoints that the tutorial's own programs made, and what they printed with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paths import SHARED

LEGACY = SHARED / "legacy"
GENUINE = ("k222/ck-1x64-default", "k224/ck-2x64-drop02")
"""Two of the checkpoints, by Keras 2.2.2 and 2.2.4."""


def find_checkpoint(name: str) -> tuple[Path, Path]:
    """Return the path of a checkpoint, and the start of the paths of what the tutorial printed with it.

    Where the checkpoints are missing, the test is skipped.
    """
    folder = LEGACY / name
    if not folder.exists():
        pytest.skip(f"the tutorial's checkpoints are not there: {LEGACY}")
    return folder / "checkpoint.hdf5", folder.parent / "golden" / folder.name
