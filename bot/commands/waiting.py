"""Show a person at a terminal what a command is waiting for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def show_waiting(doing: str) -> Iterator[None]:
    """Show in a terminal what is being waited for inside the block, then remove it; elsewhere show nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second, which a pipe need not wait

    with Console(file=sys.stderr, highlight=False).status(doing, spinner="line"):
        yield
