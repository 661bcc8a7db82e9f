"""Read the King James Bible, a verse a line."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from corpora.item_text import plain
from corpora.source import Origin, Source

_MAGIC = b"EC02"
_HEADER = struct.Struct(">80x3I")
"""A name, a version, the size of a window when unpacked, how many windows there are."""
_COMPRESS = b"\x1f\x9d\x90"
"""How the output of compress(1) begins, which the windows leave out."""
_REFERENCE = re.compile(r"^\w+?\d*:\d+ ")


def parse_king_james(path: Path) -> Iterator[str]:
    """Yield the verses in `bible.data` of the Bible Retrieval System, without the references before them."""
    for line in read_windows(path).decode("latin-1").split("\n"):
        verse = _REFERENCE.sub("", line)
        if verse != line and (item := plain(verse)):
            yield item


def read_windows(path: Path) -> bytes:
    """Return the text of a data file of the Bible Retrieval System: an index, then windows as compress(1) makes them.

    Raises:
        OSError: the file cannot be read, or there is no gzip, which unpacks that format.
        ValueError: it is no such file, or damaged.
    """
    data = path.read_bytes()
    if not data.startswith(_MAGIC) or len(data) < _HEADER.size:
        raise ValueError("it is no compressed text of the Bible Retrieval System")
    _, _, count = _HEADER.unpack_from(data)
    places = data[_HEADER.size : _HEADER.size + 4 * (count + 1)]
    if len(places) < 4 * (count + 1):
        raise ValueError("its index is cut short")
    ends = struct.unpack(f">{count + 1}I", places)
    return b"".join(_unpacked(data[start:end]) for start, end in pairwise(ends))


def _unpacked(window: bytes) -> bytes:
    command = ["gzip", "--decompress", "--stdout"]
    done = subprocess.run(command, input=_COMPRESS + window, capture_output=True, check=False)  # noqa: S603 - fixed words; gzip stands where the system has it
    if done.returncode:
        raise ValueError(f"a part of it cannot be unpacked: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


KING_JAMES = Source(
    name="The King James Bible",
    origin=Origin.APT,
    package="bible-kjv-text",
    path="usr/lib/bible.data",
    licence="public domain (1611)",
    parse=parse_king_james,
)
