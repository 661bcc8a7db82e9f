"""Read models from standard input and write folders to standard output, as tar archives: containers need no mount."""

from __future__ import annotations

import os
import re
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bot.commands.new_model import MODEL_NAME
from bot.errors import InvalidInputError
from bot.generation.card import CARD_FILE
from bot.generation.learned_text import LEARNED_FILE
from bot.generation.model import NOTICE_FILE, WEIGHTS_FILE, Model

MAX_ARCHIVED = 512 * 2**20
"""The largest file of a model that is read from an archive, in bytes."""

_READ = {CARD_FILE, WEIGHTS_FILE, LEARNED_FILE, NOTICE_FILE}
"""What an export needs of a model's folder; what else an archive holds is passed over, code for LiteRT above all."""


@contextmanager
def open_standard_output(option: str) -> Iterator[BinaryIO]:
    """Yield standard output for an archive alone: what else is printed inside the block goes to standard error.

    Args:
        option: what asked for it.

    Raises:
        InvalidInputError: it is a terminal.
    """
    if sys.stdout.isatty():
        raise InvalidInputError(f"{option} writes a tar archive: send standard output to a file, as in > model.tar")
    sys.stdout.flush()
    kept = os.dup(1)
    archive = os.fdopen(os.dup(kept), "wb")
    try:
        os.dup2(2, 1)  # for what compiled libraries print
        with redirect_stdout(sys.stderr):
            yield archive
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        with suppress(OSError):  # `write_tar` has told it
            archive.close()


def write_tar(path: Path, archive: BinaryIO) -> None:
    """Write a file, or a folder with all that is in it, to an archive that tells nothing of this machine's users.

    Raises:
        InvalidInputError: there is no room, or nobody reads to the end.
    """
    try:
        with tarfile.open(fileobj=archive, mode="w|") as tar:
            tar.add(path, arcname=path.name, filter=_forget_owner)
        archive.flush()
    except OSError as error:
        raise InvalidInputError(f"standard output cannot be written: {error.strerror}") from None


def _forget_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def read_model_tar(archive: BinaryIO) -> Model:
    """Read a model of an archive that holds its folder, as `charla train --to -` writes it.

    Raises:
        InvalidInputError: it is no archive, or holds no model.
        ModelError: the model is unusable.
    """
    with tempfile.TemporaryDirectory(prefix="charla-") as place:
        names: set[str] = set()
        try:
            with tarfile.open(fileobj=archive, mode="r|") as tar:
                for member in tar:
                    names |= {_take_file(tar, member, Path(place))} - {""}
                    if len(names) > 1:
                        break  # which of them is meant?
        except (tarfile.TarError, OSError, EOFError) as error:
            raise InvalidInputError(f"standard input is no tar archive that can be read: {error}") from None
        if len(names) != 1:
            some = "several models" if names else "no model"
            raise InvalidInputError(f"standard input holds {some}: allowed is a tar archive of one model's folder")
        return Model.read(Path(place, *names))


def _take_file(tar: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> str:
    """Write a file of a model's folder to `place`; return the model's name, or nothing if it is another file."""
    path = PurePosixPath(member.name)
    folder, name = path.parent.name, path.name
    if not (member.isfile() and name in _READ and re.fullmatch(MODEL_NAME, folder)):
        return ""
    if member.size > MAX_ARCHIVED:
        raise InvalidInputError(f"{name} has {member.size >> 20} MiB: at most {MAX_ARCHIVED >> 20} are allowed")
    content = tar.extractfile(member)
    (place / folder).mkdir(exist_ok=True)
    (place / folder / name).write_bytes(content.read() if content else b"")
    return folder
