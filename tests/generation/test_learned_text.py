from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelError
from bot.generation import learned_text
from bot.generation.learned_text import LEARNED_FILE, RECITED, LearnedText, fingerprint

ITEMS = [
    "Cats can no longer be told apart from the dark. This is a feature.",
    "Kevin has been fixed. He now closes doors behind him, and some that were not open.",
]
LEARNED = LearnedText.collect(ITEMS)


def test_its_words_are_those_of_the_items_in_lower_case() -> None:
    assert {"cats", "kevin", "feature", "a"} <= LEARNED.words
    assert "Cats" not in LEARNED.words


@pytest.mark.parametrize("start", range(0, len(ITEMS[1]) - RECITED + 1, 7))
def test_forty_characters_in_a_row_are_a_recitation_wherever_they_stand(start: int) -> None:
    passage = ITEMS[1][start : start + RECITED]
    assert LEARNED.recites(passage)
    assert LEARNED.recites(f"Now then: {passage.upper()} and so on.")


def test_a_common_phrase_is_none() -> None:
    assert not LEARNED.recites("Dogs can no longer be told apart from a long sofa in the rain.")
    assert not LEARNED.recites("Short.")
    assert not LEARNED.recites("")


# What the lower case of a capital sigma is depends on the characters around it; that of any other does not.
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="Σ")


@given(st.text(ANY, min_size=RECITED, max_size=90), st.text(ANY, max_size=50), st.text(ANY, max_size=50))
def test_texts_that_share_a_passage_share_a_fingerprint(passage: str, before: str, after: str) -> None:
    assert np.isin(fingerprint(passage), fingerprint(f"{before}|{passage}|{after}")).all()


def test_of_a_long_text_frequent_words_are_kept_and_no_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned_text, "MOST_REMEMBERED", 60)
    learned = LearnedText.collect(["the cat and the mat"] * 3 + ["the catt and the mat"])
    assert learned.words == {"the", "cat", "and", "mat"}
    assert not len(learned.passages)


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert LearnedText.read(tmp_path) is None
    LEARNED.write(tmp_path)
    read = LearnedText.read(tmp_path)
    assert read is not None
    assert read.words == LEARNED.words
    assert np.array_equal(read.passages, LEARNED.passages)


def test_its_file_gives_no_text_back(tmp_path: Path) -> None:
    LEARNED.write(tmp_path)
    assert b"told apart" not in (tmp_path / LEARNED_FILE).read_bytes()


@pytest.mark.parametrize("damage", [b"", b"no arrays"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / LEARNED_FILE).write_bytes(damage)
    with pytest.raises(ModelError, match=f"{LEARNED_FILE} cannot be read"):
        LearnedText.read(tmp_path)
