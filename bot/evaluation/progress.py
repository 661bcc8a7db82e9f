"""Describe who is told how far something is that takes long."""

from __future__ import annotations

from typing import Protocol


class ReportProgress(Protocol):
    """Is told what is being done, and the share of it that is done."""

    def __call__(self, doing: str, done: float, /) -> None:
        """Report how far it is."""


def report_to_nobody(_doing: str, _done: float, /) -> None:
    """Report to nobody how far it is."""
