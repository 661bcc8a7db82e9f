"""Read an untrusted checkpoint in a process of its own: `python -m bot.checkpoints.child`.

A file can crash the library that reads HDF5, so it is read here, with little memory and time and without the right to
open or write anything else. The file is standard input. Standard output carries one line of JSON, either
``{"refused": why}`` or ``{"layers": […], "outputs": n}``, and after the latter the weights, as little-endian float32 in
the order of `bot.generation.card.weight_shapes`. Any other end means a damaged file.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import sys
import zipfile
import zlib
from typing import BinaryIO

from bot.checkpoints.hdf5 import MAX_WEIGHTS, Array, read_full_model, read_weights
from bot.checkpoints.keras_config import MAX_CONFIG, Architecture, keras_version, read_architecture
from bot.errors import InvalidInputError

MEMORY = 1536 * 2**20
"""Address space in bytes: 150 MiB for the program, and twice what the largest network allowed needs."""

CPU_SECONDS = 30

_LIMITS: list[tuple[int, int]]
try:
    import resource
except ImportError:  # Windows has no such limits
    _LIMITS = []
else:
    _LIMITS = [
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),  # all modules are imported by then
    ]

_ENCODINGS = ("ascii", "cp437")
"""h5py and zipfile look these up: their modules are opened early, as later nothing may be opened."""

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_MEMBERS = {"config.json": MAX_CONFIG, "metadata.json": 100_000, "model.weights.h5": 3 * MAX_WEIGHTS}
"""The members that a `.keras` file must have, and their largest sizes in bytes; an optimizer triples the weights."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
"""The flag of a member that is encrypted."""
_MAX_MEMBERS = 64
_MAX_EXPANSION = 100
_SMALL = 100_000
"""How many times larger than its compressed form a member may be, unless it is smaller than so many bytes."""


def main() -> None:
    """Read the checkpoint on standard input, write what it holds to standard output."""
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    _set_limits()
    file = open(0, "rb", closefd=False)  # noqa: SIM115 - no path: the one file this process was given
    out = sys.stdout.buffer
    try:
        architecture, arrays = read(file)
    except InvalidInputError as error:
        out.write(json.dumps({"refused": str(error)}).encode() + b"\n")
        return
    out.write(json.dumps({"layers": architecture.layers, "outputs": architecture.outputs}).encode() + b"\n")
    for array in arrays:
        out.write(array.astype("<f4", copy=False).data)


def read(file: BinaryIO) -> tuple[Architecture, list[Array]]:
    """Read a checkpoint, HDF5 or `.keras` by its first bytes: its network, and its weights in Keras's order.

    Raises:
        InvalidInputError: the file holds something that is not allowed.
        Exception: the file is damaged; the libraries raise several kinds.
    """
    start = file.read(len(_HDF5))
    file.seek(0)
    if start == _HDF5:
        return read_full_model(file)
    if not start.startswith(_ZIP):
        raise InvalidInputError(
            "it is neither an HDF5 file nor a .keras file; save the whole model in Keras: model.save('model.keras')"
        )
    with zipfile.ZipFile(file) as archive:
        members = _find_members(archive)
        config, metadata = (_unpack(archive, members[name]) for name in ("config.json", "metadata.json"))
        architecture = read_architecture(config.decode("utf-8"), keras_version(metadata.decode("utf-8")))
        weights = io.BytesIO(_unpack(archive, members["model.weights.h5"]))
    return architecture, read_weights(weights, architecture)


def _set_limits() -> None:
    """Give up the rights that reading a file does not need, as far as the system can limit them."""
    for kind, most in _LIMITS:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _find_members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the archive's members by name, once what they claim of themselves is checked."""
    listed = archive.infolist()
    if len(listed) > _MAX_MEMBERS:
        raise InvalidInputError(f"it has {len(listed)} members; at most {_MAX_MEMBERS} are allowed")
    members: dict[str, zipfile.ZipInfo] = {}
    for member in listed:
        name = member.filename
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
            raise InvalidInputError(f"its member {name[:100]!r} points out of the archive")
        if name in members:
            raise InvalidInputError(f"it has two members {name[:100]!r}")
        members[name] = member
    if any(name.endswith("data.pkl") for name in members):
        raise InvalidInputError(
            "it is a PyTorch file; build the same network in Keras, give it the weights (PyTorch's are transposed), "
            "and save that: model.save('model.keras')"
        )
    for name, largest in _MEMBERS.items():
        if name not in members:
            raise InvalidInputError(f"its member {name} is missing; needed: {', '.join(_MEMBERS)}")
        _check_member(members[name], largest)
    return members


def _check_member(member: zipfile.ZipInfo, largest: int) -> None:
    """Refuse a member that claims to be too large, or is packed in a way that is not read here."""
    name, size = member.filename, member.file_size
    if size > largest:
        raise InvalidInputError(f"its member {name} has {size} bytes; at most {largest} are allowed")
    if size > max(_SMALL, _MAX_EXPANSION * member.compress_size):
        times = size // max(1, member.compress_size)
        raise InvalidInputError(f"its member {name} expands {times} times; at most {_MAX_EXPANSION} are allowed")
    if member.flag_bits & _ENCRYPTED:
        raise InvalidInputError(f"its member {name} is encrypted; allowed: members that are not")
    if member.compress_type not in _METHODS:
        raise InvalidInputError(
            f"its member {name} is packed by method {member.compress_type}; allowed: 0 (stored) and 8 (deflated)"
        )


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack a member, no more of it than the size that it claims."""
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise InvalidInputError(f"its member {member.filename} is damaged") from None


if __name__ == "__main__":
    main()
