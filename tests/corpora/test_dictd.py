from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from corpora.dictd import read_dictd
from tests.support.corpus_packages import write_dictd


def test_several_headwords_of_one_entry_give_one_item(tmp_path: Path) -> None:
    path = tmp_path / "x.dict.dz"
    write_dictd(path, {"one": "ONE, n.  A number.\n"})
    index = tmp_path / "x.index"
    index.write_text(index.read_text() * 2)
    assert list(read_dictd(path)) == ["ONE, n.  A number.\n"]


def test_the_preface_is_no_entry(tmp_path: Path) -> None:
    path = tmp_path / "x.dict.dz"
    write_dictd(path, {"00-database-info": "About it\n", "00databaseshort": "X\n", "one": "ONE\n"})
    assert list(read_dictd(path)) == ["ONE\n"]


def test_an_entry_in_windows_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.dict.dz"
    write_dictd(path, {"one": "caf?\n"})
    path.write_bytes(gzip.compress(b"caf\xe9\n"))
    assert list(read_dictd(path)) == ["café\n"]


def test_an_index_that_points_behind_the_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.dict.dz"
    write_dictd(path, {"one": "ONE\n"})
    (tmp_path / "x.index").write_text("one\tA\tJ\n")
    with pytest.raises(ValueError, match="points 5 bytes behind its end"):
        list(read_dictd(path))
