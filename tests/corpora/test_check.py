from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.words import WordList
from corpora.__main__ import main
from corpora.check import find_faults

GOOD = [f"Number {number} of the cats has gone to bed at {number} today." for number in range(3)]
WORDS = WordList(["of", "the", "cats", "has", "gone", "to", "bed", "at", "today", "number", "a"])


def kinds(items: list[str]) -> dict[str, list[str]]:
    return dict(find_faults(items, WORDS))


def test_what_is_wrong_is_found_by_kind() -> None:
    long = "a " * 120
    found = kinds(["the cats", "the cats", "the catz", "caf\u00e9", long, f"A{GOOD[0]}", f"B{GOOD[0]}"])
    assert found["duplicates"] == ["the cats"]
    assert found["near duplicates"] == [f"B{GOOD[0]}"]
    assert found["longer than 200 characters"] == [long]
    assert found["not plain ASCII"] == ["caf\u00e9"]
    assert "catz" in found["words that are not in the list and stand once"]


def test_openings_that_recur_too_often_are_named() -> None:
    items = [f"{a} {b} of cats" for a in "abcdefgh" for b in "ijklmnop"]
    assert not any("openings" in kind for kind in kinds(items))
    found = kinds([*items, *[f"the cats has gone {a}" for a in "abcdef"]])
    assert found["openings of more than 8% of the items"] == ["the cats has gone"]


def test_the_command_says_what_there_is_and_what_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words").write_text("cats\nof\nthe\n")
    (tmp_path / "a.txt").write_text("the cats\nthe cats\n")
    assert main(["check", str(tmp_path / "a.txt"), "--word-list", str(tmp_path / "words")]) == 1
    out = capsys.readouterr().out
    assert "2 items, 18 characters, 2 different words" in out
    assert "duplicates: 1" in out


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none")]) == 2
    assert "none cannot be read" in capsys.readouterr().err
