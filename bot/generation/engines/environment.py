"""Keeps the greetings of TensorFlow and LiteRT off the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_greetings() -> Iterator[None]:
    """Silence standard error, what compiled libraries write to it included, while they start.

    They tell of their processor kernels before any setting of their own can stop it. Errors are raised as ever.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silence)
