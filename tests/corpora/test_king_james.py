from __future__ import annotations

from pathlib import Path

import pytest

from corpora.works.king_james import parse_king_james
from tests.support.corpus_packages import bible_data


def test_verses_lose_their_references_and_windows_are_joined(tmp_path: Path) -> None:
    windows = b"A title, and when it was made.\nGe1:1 In the beginning.\n1Jo2:14 And in", b" the end: so be it.\n"
    (tmp_path / "bible.data").write_bytes(bible_data(*windows))
    assert list(parse_king_james(tmp_path / "bible.data")) == ["In the beginning.", "And in the end: so be it."]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no compressed text"),
        (b"EC02 and no more", "no compressed text"),
        (bible_data(b"Ge1:1 In the beginning.")[:93], "index is cut short"),
        (bible_data(b"Ge1:1 In the beginning.")[:-20] + b"\xff" * 20, "cannot be unpacked"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, data: bytes, complaint: str) -> None:
    (tmp_path / "bible.data").write_bytes(data)
    with pytest.raises(ValueError, match=complaint):
        list(parse_king_james(tmp_path / "bible.data"))
