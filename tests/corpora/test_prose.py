from __future__ import annotations

from pathlib import Path

import pytest

from corpora.prose_text import LONGEST_PARAGRAPH, paragraph_items
from corpora.works.austen import parse_austen
from corpora.works.moby_dick import parse_moby_dick
from corpora.works.speeches import parse_speeches
from tests.support.corpus_packages import r_database, r_strings, write_bytes, write_text


def test_a_paragraph_becomes_one_line() -> None:
    assert list(paragraph_items("It was\n_so_ “very” late—and\ndark.")) == ['It was so "very" late -- and dark.']


@pytest.mark.parametrize(
    "heading",
    ["", "   ", "CHAPTER I", "Chapter 12", "CHAPTER 1. Loomings.", "VOLUME II", "FINIS", "THE END", "* * *", "XIV."],
)
def test_headings_are_dropped(heading: str) -> None:
    assert list(paragraph_items(heading)) == []


def test_a_paragraph_that_starts_like_a_heading_stays() -> None:
    text = "Chapter after chapter was read aloud that night, and nobody in the house fell asleep over it."
    assert list(paragraph_items(text)) == [text]


def test_long_paragraphs_are_cut_between_sentences() -> None:
    sentences = [f"This is the sentence with the number {n} of them all." for n in range(60)]
    items = list(paragraph_items(" ".join(sentences)))
    assert len(items) > 1
    assert " ".join(items) == " ".join(sentences)
    assert all(len(item) <= LONGEST_PARAGRAPH and item.endswith(".") for item in items)
    # As few pieces as there can be: the next sentence would not have fitted.
    assert all(len(item) + len(sentences[0]) > LONGEST_PARAGRAPH for item in items[:-1])


def test_long_speech_between_quotes_is_cut_at_its_sentences() -> None:
    sentences = [f"This is the sentence with the number {n} of them all." for n in range(60)]
    items = list(paragraph_items(f'"{" ".join(sentences)}"'))
    assert len(items) > 1
    assert " ".join(items) == f'"{" ".join(sentences)}"'


def test_a_sentence_that_is_too_long_is_left_out() -> None:
    endless = "on and on " * (LONGEST_PARAGRAPH // 10) + "it went."
    assert list(paragraph_items(f"It began. {endless} It ended.")) == ["It began.", "It ended."]


def test_novels_of_lines_become_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "Rdata.rdb"
    first = r_strings(["EMMA", "", "CHAPTER I", "", "", "Emma was", "clever.", "", "She was rich.", ""])
    write_bytes(path, r_database(first, r_strings(["Anne was", "quiet."])))
    assert list(parse_austen(path)) == ["Emma was clever.", "She was rich.", "Anne was quiet."]


def write_moby_dick(folder: Path) -> None:
    write_text(folder / "chapter_1.txt", "CHAPTER 1. Loomings.\n\nCall me\nAnybody.\n\nI went to sea.\n")
    write_text(folder / "chapter_2.txt", "CHAPTER 2. The Bag.\n\nI packed.\n")
    write_text(folder / "extracts.txt", "Somebody else wrote this.\n")
    write_text(folder / "epilogue.txt", "EPILOGUE\n\nIt is over.\n")
    write_text(folder / "chapter_1.json", "{}")


def test_the_chapters_and_the_epilogue_are_read_and_the_extracts_are_not(tmp_path: Path) -> None:
    write_moby_dick(tmp_path)
    assert list(parse_moby_dick(tmp_path)) == ["Call me Anybody.", "I went to sea.", "I packed.", "It is over."]


def test_a_missing_epilogue_is_told(tmp_path: Path) -> None:
    write_moby_dick(tmp_path)
    (tmp_path / "epilogue.txt").unlink()
    with pytest.raises(FileNotFoundError, match="epilogue"):
        list(parse_moby_dick(tmp_path))


def test_speeches_lose_what_the_hearers_did(tmp_path: Path) -> None:
    write_text(
        tmp_path / "b_1901.txt", "Thank you. (Applause.) The state is good. (Laughter and applause.)\nGood night."
    )
    write_text(tmp_path / "a_1900.txt", "To the Congress:\n\nAll is (mostly) well.\n")
    assert list(parse_speeches(tmp_path)) == [
        "To the Congress:",
        "All is (mostly) well.",
        "Thank you. The state is good.",
        "Good night.",
    ]


def test_a_folder_without_texts_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no \*\.txt"):
        list(parse_speeches(tmp_path))
    with pytest.raises(ValueError, match=r"no chapter_\*\.txt"):
        list(parse_moby_dick(tmp_path))


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a_1900.txt", b"caf\xe9 ol\xe9")
    with pytest.raises(ValueError, match=r"a_1900\.txt: .*utf-8"):
        list(parse_speeches(tmp_path))
