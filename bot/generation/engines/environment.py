"""Prepare the process for TensorFlow, Keras and LiteRT: what they read when they are imported, greetings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def prepare_tensorflow(*, onednn: bool = False) -> None:
    """Set what TensorFlow and Keras read when they are first imported; modules call this before they import them.

    The first call decides, and what the person who starts the process has set goes before it.

    Args:
        onednn: whether to use oneDNN's own kernels. Training gains a third by them, the compiled loop nothing.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # else C++ logs to the person's terminal
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1" if onednn else "0")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # a file in the home directory may name another one


@contextmanager
def without_greetings() -> Iterator[None]:
    """Silence standard error while compiled libraries start, what they write to it themselves included.

    They describe their kernels before any setting of their own can stop it. Errors are raised as ever.
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
