"""Write small packages of texts in the formats that the real packages have."""

from __future__ import annotations

import gzip
import string
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def base64(number: int) -> str:
    digits = DIGITS[number % 64]
    while number := number // 64:
        digits = DIGITS[number % 64] + digits
    return digits


def write_dictd(path: Path, entries: dict[str, str]) -> None:
    data = b""
    index = ""
    for headword, entry in entries.items():
        encoded = entry.encode()
        index += f"{headword}\t{base64(len(data))}\t{base64(len(encoded))}\n"
        data += encoded
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data))
    path.with_name(path.name.replace(".dict.dz", ".index")).write_text(index, encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_bytes(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def r_strings(strings: Sequence[str | None], version: int = 3) -> bytes:
    """R's serialized vector of the strings, see "Serialization Formats" in R Internals; None is a missing one."""
    head = b"X\n" + struct.pack(">iii", version, 0x040201, 0x030500)
    if version >= 3:
        head += struct.pack(">i5s", 5, b"UTF-8")
    body = b""
    for text in strings:
        encoded = (text or "").encode()
        body += struct.pack(">ii", 0x40009, -1 if text is None else len(encoded)) + encoded
    return head + struct.pack(">ii", 0x10, len(strings)) + body


def r_database(*vectors: bytes) -> bytes:
    """A lazy-load database: each vector's size, then the vector packed."""
    return b"".join(struct.pack(">i", len(vector)) + zlib.compress(vector) for vector in vectors)


def compressed(text: bytes) -> bytes:
    """As compress(1) does it without finding anything to shorten: codes of nine bits, good for 250 characters."""
    codes = sum(character << 9 * place for place, character in enumerate(text))
    return codes.to_bytes((9 * len(text) + 7) // 8, "little")


def bible_data(*windows: bytes) -> bytes:
    """A data file of the Bible Retrieval System."""
    header = b"EC02Compressed Data File".ljust(80, b"\0") + struct.pack(">3I", 0, 100, len(windows))
    first = len(header) + 4 * (len(windows) + 1)
    packed = [compressed(window) for window in windows]
    ends = [first + sum(map(len, packed[:count])) for count in range(len(packed) + 1)]
    return header + struct.pack(f">{len(ends)}I", *ends) + b"".join(packed)
