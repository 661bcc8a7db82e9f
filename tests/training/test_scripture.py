from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bot.training.scripture import parse_king_james


def compressed(text: bytes) -> bytes:
    """As compress(1) does it without finding anything to shorten: codes of nine bits, good for 250 characters."""
    codes = sum(character << 9 * place for place, character in enumerate(text))
    return codes.to_bytes((9 * len(text) + 7) // 8, "little")


def data_file(*windows: bytes) -> bytes:
    header = b"EC02Compressed Data File".ljust(80, b"\0") + struct.pack(">3I", 0, 100, len(windows))
    first = len(header) + 4 * (len(windows) + 1)
    packed = [compressed(window) for window in windows]
    ends = [first + sum(map(len, packed[:count])) for count in range(len(packed) + 1)]
    return header + struct.pack(f">{len(ends)}I", *ends) + b"".join(packed)


def test_verses_lose_their_references_and_windows_are_joined(tmp_path: Path) -> None:
    windows = b"A title, and when it was made.\nGe1:1 In the beginning.\n1Jo2:14 And in", b" the end: so be it.\n"
    (tmp_path / "bible.data").write_bytes(data_file(*windows))
    assert list(parse_king_james(tmp_path / "bible.data")) == ["In the beginning.", "And in the end: so be it."]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no compressed text"),
        (b"EC02 and no more", "no compressed text"),
        (data_file(b"Ge1:1 In the beginning.")[:93], "index is cut short"),
        (data_file(b"Ge1:1 In the beginning.")[:-20] + b"\xff" * 20, "cannot be unpacked"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, data: bytes, complaint: str) -> None:
    (tmp_path / "bible.data").write_bytes(data)
    with pytest.raises(ValueError, match=complaint):
        list(parse_king_james(tmp_path / "bible.data"))
