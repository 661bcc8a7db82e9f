"""Read other people's Keras checkpoints (HDF5 of Keras 2 and 3, and `.keras`) without trusting them.

This process only hands the file to a child process (`bot.checkpoints.child`), which reads it with h5py under limits on
memory and time. What comes back, a description and raw numbers, is checked here once more. If the child crashes or
takes too long, the file is refused.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from bot.errors import InvalidInputError, ModelError, explain_refusal
from bot.generation.card import Card, weight_shapes
from bot.generation.model import Model, Weights
from bot.generation.vocabulary import Vocabulary

MAX_FILE = 512 * 2**20
"""The largest checkpoint, in bytes."""

SECONDS = 60.0
"""How long reading a file may take."""

_MAX_DESCRIPTION = 100_000
_MAX_REASON = 500
_ROOT = Path(__file__).resolve().parents[2]


def read_checkpoint(path: Path, characters: str | None = None) -> Model:
    """Read a full model that Keras saved; it is named after the file.

    Args:
        path: an HDF5 or `.keras` file, told apart by content.
        characters: its vocabulary in the order of ids 1, 2, …; None for the tutorial's.

    Raises:
        InvalidInputError: the file is missing, damaged, hostile, or holds a network that Charla does not know.
    """
    try:
        with _open(path) as file, _start_child(file) as child:
            card = _make_card(_read_description(child), characters)
            return Model(path.stem, card, _read_weights(child, card))
    except (InvalidInputError, ModelError) as error:
        raise InvalidInputError(f"{_printable(str(path))}: {_printable(str(error))}") from None


def _printable(text: str) -> str:
    """Return `text` on one line and not too long: parts of it may come from the file."""
    shown = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return shown if len(shown) <= _MAX_REASON else f"{shown[:_MAX_REASON]}…"


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    """Open the file at `path`, if it is a file of a size that is allowed."""
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
        file = path.open("rb") if is_file else None  # opening a pipe might wait forever
    except FileNotFoundError:
        raise InvalidInputError("there is no such file") from None
    except OSError as error:
        raise InvalidInputError(f"cannot be opened: {explain_refusal(error, path)}") from None
    except ValueError as error:
        raise InvalidInputError(f"cannot be opened: {error}") from None
    if file is None:
        if (path / "saved_model.pb").exists():
            raise InvalidInputError(
                "is a SavedModel folder; save it as a file, with the Keras that made it: "
                "keras.models.load_model(FOLDER).save('model.h5')"
            )
        raise InvalidInputError("is a directory or a device; a checkpoint is a file")
    with file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise InvalidInputError("the file is empty")
        if size > MAX_FILE:
            raise InvalidInputError(f"the file has {size >> 20} MiB; at most {MAX_FILE >> 20} are allowed")
        yield file


@dataclass(frozen=True)
class _Child:
    """The process that reads the file."""

    process: subprocess.Popen[bytes]
    out: BufferedReader
    late: threading.Event

    def fail(self) -> NoReturn:
        """Raise what it means that the child did not write what it should.

        Raises:
            InvalidInputError: always.
        """
        try:
            code = self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it writes something else, and goes on
            code = 1
        if self.late.is_set() or code == -getattr(signal, "SIGXCPU", 0):
            raise InvalidInputError("reading it takes too long: the file is damaged or hostile")
        if code < 0:
            raise InvalidInputError("the file crashes the HDF5 library: it is damaged or hostile")
        raise InvalidInputError("the file is damaged: the HDF5 library cannot read it")


@contextmanager
def _start_child(file: BinaryIO) -> Iterator[_Child]:
    """Start the child on `file`, and end it at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-s", "-B", "-m", "bot.checkpoints.child"],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=_make_environment(),
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(SECONDS, stop)
    with process:
        try:
            timer.start()
            yield _Child(process, cast("BufferedReader", process.stdout), late)
        finally:
            timer.cancel()
            process.kill()


def _make_environment() -> dict[str, str]:
    """Return the child's environment: no secret of this process, and a single thread, as each takes address space."""
    system = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return system | {"PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _read_description(child: _Child) -> dict[str, Any]:
    """Read the first line that the child writes."""
    line = child.out.readline(_MAX_DESCRIPTION)
    try:
        description = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        description = None
    if not isinstance(description, dict):
        child.fail()
    if "refused" in description:
        raise InvalidInputError(str(description["refused"]))
    return description


def _make_card(description: dict[str, Any], characters: str | None) -> Card:
    """Make the card of the network that the child describes."""
    outputs = description.get("outputs")
    known = Vocabulary.tutorial().characters if characters is None else characters
    if outputs != len(known) + 1:
        if characters is None:
            raise InvalidInputError(
                f"the network writes {outputs} ids, the tutorial's vocabulary has {len(known) + 1}: "
                "supply the characters of ids 1, 2, … with --characters FILE"
            )
        needed = outputs - 1 if isinstance(outputs, int) else outputs
        raise InvalidInputError(
            f"the network writes {outputs} ids, so {needed} characters are needed (id 0 is the unknown one); "
            f"{len(known)} were given"
        )
    try:
        return Card.model_validate({"characters": known, "layers": description.get("layers")})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidInputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _read_weights(child: _Child, card: Card) -> Weights:
    """Read the numbers that the child sends, exactly as many as the card's network has."""
    weights: dict[str, npt.NDArray[np.float32]] = {}
    for name, shape in weight_shapes(card).items():
        array = np.empty(shape, "<f4")
        if child.out.readinto(array.data.cast("B")) != array.nbytes:
            child.fail()
        weights[name] = array.astype(np.float32, copy=False)
    if child.out.read(1) or child.process.wait() != 0:
        child.fail()
    return weights
