"""A process that reads a checkpoint and crashes, hangs or lies."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.checkpoints import sandbox
from tests.support.hostile_files import refused
from tests.support.keras_files import SMALL, write_hdf5


def child_that(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> Path:
    """A checkpoint, and a child process that does what `script` says instead of reading it."""
    interpreter = folder / "python"
    interpreter.write_text(f"#!/bin/sh\n{script}\n")
    interpreter.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    return write_hdf5(folder / "a.h5")


GOOD = json.dumps({"layers": [layer.model_dump() for layer in SMALL], "outputs": 98})
NUMBERS = 4 * (98 * 4 + 4 * 12 + 3 * 12 + 12 + 3 * 98 + 98)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("kill -SEGV $$", "crashes the HDF5 library"),
        ("exit 1", "damaged"),
        ("echo garbage", "damaged"),
        ("exec cat /dev/zero", "damaged"),
        ("echo '[1]'", "damaged"),
        ("""echo '{"refused": "a\\u0007b"}'""", "a\N{REPLACEMENT CHARACTER}b"),
        ("""echo '{"outputs": 98}'""", "layers: "),
        (f"echo '{GOOD}'", "damaged"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero; echo more", "damaged"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero; kill -SEGV $$", "crashes"),
        (f"echo '{GOOD}'; head -c {NUMBERS} /dev/zero | tr '\\0' '\\377'", "not finite"),
    ],
)
def test_a_child_that_misbehaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, reason: str) -> None:
    refused(child_that(monkeypatch, tmp_path, script), reason)


def test_a_child_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.2)
    refused(child_that(monkeypatch, tmp_path, "exec sleep 60"), "takes too long")


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    path = child_that(monkeypatch, tmp_path, f"env > {tmp_path}/environment; exit 1")
    (tmp_path / "environment").touch()
    refused(path, "damaged")
    assert "PYTHONPATH" in (tmp_path / "environment").read_text()
    assert "secret" not in (tmp_path / "environment").read_text()
