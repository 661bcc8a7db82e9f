"""Read the dictionaries of the DICT server dictd."""

from __future__ import annotations

import gzip
import string
from collections.abc import Iterator
from pathlib import Path

_DIGITS = {digit: value for value, digit in enumerate(string.ascii_uppercase + string.ascii_lowercase + "0123456789+/")}


def read_dictd(path: Path) -> Iterator[str]:
    """Yield the entries of a dictd dictionary, see dictd(8): `path` is its `.dict.dz`, the `.index` lies beside it.

    Raises:
        OSError: a file cannot be read, or is not gzip.
        ValueError: the index does not fit the dictionary.
    """
    data = gzip.decompress(path.read_bytes())
    index = path.with_name(path.name.removesuffix(".dict.dz") + ".index").read_text(encoding="utf-8")
    # Several headwords may lead to one entry; in the order of the dictionary, each place is read once.
    for offset, length in sorted(set(_places(index))):
        entry = data[offset : offset + length]
        if len(entry) < length:
            raise ValueError(f"its index points {offset + length - len(data)} bytes behind its end")
        # A few entries of old packages hold single bytes of Windows' encoding.
        yield _decode(entry)


def _decode(entry: bytes) -> str:
    try:
        return entry.decode("utf-8")
    except UnicodeDecodeError:
        return entry.decode("cp1252", errors="replace")


def _places(index: str) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(index.splitlines(), start=1):
        headword, *numbers = line.split("\t")
        # The database's own name, address and preface.
        if headword.replace("-", "").startswith("00database"):
            continue
        if len(numbers) < 2:
            raise ValueError(f"line {number} of its index has no offset and length")
        yield _number(numbers[0]), _number(numbers[1])


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        if digit not in _DIGITS:
            raise ValueError(f"{digits!r} in its index is not a number in base 64")
        value = value * 64 + _DIGITS[digit]
    return value
