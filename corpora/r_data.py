"""Read the data of a GNU R package without R: vectors of strings in a lazy-load database.

The forms: https://cran.r-project.org/doc/manuals/r-release/R-ints.html, sections "Serialization Formats" and
"Lazy loading"; the codes below are those of R's `Rinternals.h`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

_BINARY = b"X\n"
_VECTOR_OF_STRINGS = 16
_STRING = 9
_FIRST_VERSION_WITH_ENCODING = 3


def read_r_strings(path: Path) -> Iterator[list[str]]:
    """Yield the vectors in `path`, a package's `.rdb`, in its order; strings that R calls missing are empty.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is cut off, or holds something else than vectors of strings.
        zlib.error: its compression is damaged.
    """
    data = path.read_bytes()
    if not data:
        raise ValueError("it is empty")
    while data:
        # The size unpacked, then what zlib packed; the next one follows at once.
        size = int.from_bytes(data[:4])
        unpacking = zlib.decompressobj()
        vector = unpacking.decompress(data[4:])
        if not unpacking.eof or len(vector) != size:
            raise ValueError(f"a vector of {size} bytes is cut off after {len(vector)}")
        yield _strings(_Bytes(vector))
        data = unpacking.unused_data


def _strings(vector: _Bytes) -> list[str]:
    if vector.take(len(_BINARY)) != _BINARY:
        raise ValueError("it is no binary serialization of R")
    version = vector.number()
    vector.take(8)  # the versions of R that wrote it and that can read it
    if version >= _FIRST_VERSION_WITH_ENCODING:
        vector.take(vector.number())
    if (kind := vector.kind()) != _VECTOR_OF_STRINGS:
        raise ValueError(f"it holds something else than a vector of strings: R's kind {kind}")
    return [_string(vector) for _ in range(vector.number())]


def _string(vector: _Bytes) -> str:
    if (kind := vector.kind()) != _STRING:
        raise ValueError(f"a vector of strings holds something else: R's kind {kind}")
    return vector.take(max(0, vector.number())).decode("utf-8")


class _Bytes:
    """Bytes that are taken from the front; to want more than there are is a `ValueError`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count] if count >= 0 else b""
        if len(taken) != count:
            raise ValueError(f"{count} bytes were to follow byte {self._at} of a vector, but {len(taken)} do")
        self._at += count
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4), signed=True)

    def kind(self) -> int:
        """Return the code of what follows, without R's flags above it."""
        return self.number() & 0xFF
