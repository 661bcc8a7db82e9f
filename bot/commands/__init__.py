"""Run the commands of `python -m bot`: each module declares its options (`add_arguments`) and does its work (`run`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import ModelError


class UsageError(Exception):
    """Wrong usage or an unusable file: a line for the person at the keyboard, exit code 2."""


def need_tensorflow(otherwise: str = "") -> None:
    """Make sure that TensorFlow is there, before the work begins that needs it: the slim image has none.

    Args:
        otherwise: what goes without it, for the end of the line.

    Raises:
        UsageError: it is not, or this processor cannot run it.
    """
    from bot.generation.engines.select import check_tensorflow  # noqa: PLC0415 - not for `charla --help`

    try:
        check_tensorflow()
    except ModelError as error:
        raise UsageError(f"{error}{otherwise}") from None


@contextmanager
def as_usage_error(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds, whose messages are written for users, into a `UsageError`."""
    try:
        yield
    except kinds as error:
        raise UsageError(str(error)) from error
