"""Hold that a checkpoint is refused, by the reader and by the commands."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.checkpoints.sandbox import read_checkpoint
from bot.errors import InvalidInputError

COMMANDS = (
    ("generate", "--seed", "x", "--checkpoint-path"),
    ("probabilities", "--text", "x", "--checkpoint-path"),
    ("import", "--name", "mine"),
)
"""They all read a file in the same way: each case is tried with one of them, as it comes."""


def refused(path: Path, reason: str) -> None:
    """Hold that the reader and a command refuse a file for this reason, in one line, and write nothing."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(InvalidInputError, match=reason) as caught:
        read_checkpoint(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.isprintable()  # one line
    assert_refused_by_a_command(COMMANDS[len(message) % len(COMMANDS)], path, message)
    assert sorted(path.parent.iterdir()) == before


def assert_refused_by_a_command(words: tuple[str, ...], path: Path, message: str) -> None:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        assert main([*words, str(path)]) == 2
    assert (out.getvalue(), err.getvalue()) == ("", f"charla {words[0]}: {message}\n")
    assert not Path(os.environ["MODELS_DIR"]).exists()
