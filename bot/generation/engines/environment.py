"""Prepare the process for TensorFlow, Keras and LiteRT: what they read when they are imported, greetings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def prepare_tensorflow(*, onednn: bool = False) -> None:
    """Set the environment variables that TensorFlow and Keras read; modules call this before they import them.

    What a person set before the start, and then the first call, takes precedence.

    Args:
        onednn: whether to use oneDNN's own kernels. They make training a third quicker, the compiled loop no quicker.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # else its C++ code logs to the terminal
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1" if onednn else "0")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # a file in the home directory may name another one


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Silence standard error, also for compiled libraries, which describe their kernels there as they start.

    No setting of theirs stops that early enough. Exceptions are raised as ever.
    """
    sys.stderr.flush()
    terminal = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(silence)
