"""The commands of `python -m bot`: each module declares its options (`add_arguments`) and does its work (`run`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class UsageError(Exception):
    """Wrong usage or an unusable file: a line for the person at the keyboard, exit code 2."""


@contextmanager
def as_usage_error(*kinds: type[Exception]) -> Iterator[None]:
    """Turn errors of these kinds, whose messages are written for users, into a `UsageError`."""
    try:
        yield
    except kinds as error:
        raise UsageError(str(error)) from error
