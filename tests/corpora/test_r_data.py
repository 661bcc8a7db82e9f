from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from corpora.r_data import read_r_strings
from tests.support.corpus_packages import r_database, r_strings

LINES = ("EMMA", "", "It is Émile’s.")


def read(folder: Path, data: bytes) -> list[list[str]]:
    path = folder / "Rdata.rdb"
    path.write_bytes(data)
    return list(read_r_strings(path))


@pytest.mark.parametrize("version", [2, 3])
def test_every_vector_is_read_in_order(tmp_path: Path, version: int) -> None:
    vectors = (r_strings(LINES, version), r_strings([], version), r_strings(["last"], version))
    assert read(tmp_path, r_database(*vectors)) == [list(LINES), [], ["last"]]


def test_a_missing_string_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path, r_database(r_strings(["a", None, "b"]))) == [["a", "", "b"]]


WHOLE = r_strings(LINES)
INTEGERS = WHOLE[:23] + struct.pack(">iii", 0x0D, 1, 7)
NUMBER_AMONG_STRINGS = WHOLE[:23] + struct.pack(">iiii", 0x10, 1, 0x0D, 7)
LENGTH_TOO_GREAT = WHOLE[:23] + struct.pack(">iiii", 0x10, 1, 0x40009, 2**31 - 1)
NEGATIVE_LENGTH_OF_ENCODING = WHOLE[:14] + struct.pack(">i", -9) + WHOLE[18:]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (r_database(WHOLE)[:-5], "cut off"),
        (r_database(WHOLE)[:3], "cut off"),
        (struct.pack(">i", len(WHOLE) + 1) + zlib.compress(WHOLE), "cut off"),
        (r_database(WHOLE[:-1]), "were to follow"),
        (r_database(WHOLE[:20]), "were to follow"),
        (r_database(LENGTH_TOO_GREAT), "were to follow"),
        (r_database(NEGATIVE_LENGTH_OF_ENCODING), "were to follow"),
        (r_database(b"A\n" + WHOLE[2:]), "no binary serialization"),
        (r_database(INTEGERS), "something else than a vector of strings"),
        (r_database(NUMBER_AMONG_STRINGS), "holds something else"),
        (r_database(r_strings(["xx"]).replace(b"xx", b"\xff\xfe")), "utf-8"),
    ],
)
def test_a_damaged_database_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(tmp_path, data)


def test_broken_compression_is_told(tmp_path: Path) -> None:
    with pytest.raises(zlib.error):
        read(tmp_path, struct.pack(">i", 50) + b"no zlib at all")
