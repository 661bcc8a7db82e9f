"""Hand bytes to a command on its standard input."""

from __future__ import annotations

import io
import sys

import pytest


def type_bytes(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Let `content` be what standard input holds."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
