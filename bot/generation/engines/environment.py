"""Prepare the process for TensorFlow, Keras and LiteRT: their environment, threads and greetings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


def prepare_tensorflow(*, onednn: bool = False) -> None:
    """Set the environment variables that TensorFlow and Keras read; modules call this before they import them.

    What a person set before the start, and then the first call, takes precedence.

    Args:
        onednn: whether to use oneDNN's own kernels. They make training a third quicker, the compiled loop no quicker.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # else its C++ code logs to the terminal
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1" if onednn else "0")
    os.environ["KERAS_BACKEND"] = "tensorflow"  # a file in the home directory may name another one


def limit_threads(threading: Any) -> None:  # noqa: ANN401 - TensorFlow ships no types
    """Let TensorFlow run an operation on one thread: the workers fill the processors already.

    TensorFlow accepts the numbers before its first operation; a process that has trained keeps its threads.

    Args:
        threading: the module `tensorflow.config.threading`.
    """
    with suppress(RuntimeError):
        threading.set_intra_op_parallelism_threads(1)
        threading.set_inter_op_parallelism_threads(1)


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
