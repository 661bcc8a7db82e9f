from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.vocabulary import UNKNOWN, Vocabulary, compose

TUTORIAL = Vocabulary.tutorial()


def test_the_tutorials_vocabulary_is_sorted_printable_ascii_after_the_empty_string() -> None:
    expected = ["", *sorted(c for c in string.printable if c not in "\x0b\x0c\r")]
    assert len(TUTORIAL) == 98
    assert [TUTORIAL.decode([number]) for number in range(98)] == expected


@given(st.text())
def test_decoding_undoes_encoding_but_for_unknown_characters(text: str) -> None:
    ids = TUTORIAL.encode(text)
    assert len(ids) == len(text)
    assert TUTORIAL.decode(ids) == "".join(c for c in text if c in TUTORIAL)


def test_an_unknown_character_is_id_0_and_prints_nothing() -> None:
    assert list(TUTORIAL.encode("a☃b")) == [TUTORIAL.encode("a")[0], UNKNOWN, TUTORIAL.encode("b")[0]]
    assert TUTORIAL.decode([UNKNOWN]) == ""


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("“Quoted” — it’s…", '"Quoted" - it\'s...'),
        ("café, Über, naïve", "cafe, Uber, naive"),
        ("cafe\u0301", "cafe"),
        ("Привет", "Privet"),
        ("no\u00a0break", "no break"),
        ("snow ☃ and 😀 man", "snow  and  man"),
        ("zero\u200bwidth", "zerowidth"),
        ("plain ASCII, untouched: ~!", "plain ASCII, untouched: ~!"),
    ],
)
def test_folding_brings_what_phones_type_to_what_the_tutorials_model_knows(typed: str, folded: str) -> None:
    assert TUTORIAL.fold(typed) == folded


def test_folding_keeps_what_a_model_knows_and_falls_back_on_the_other_case() -> None:
    assert Vocabulary("aeé ").fold("é E") == "é e"
    assert Vocabulary("AB").fold("ab!") == "AB"


@given(st.text())
def test_folding_gives_known_characters_only(text: str) -> None:
    folded = TUTORIAL.fold(text)
    assert UNKNOWN not in TUTORIAL.encode(folded)
    assert TUTORIAL.fold(folded) == folded


@given(st.text(st.sampled_from("ae\u0301\u0334\u0345\u0f73 é가\u11a8\U00016ff0"), max_size=30) | st.text(max_size=30))
def test_letters_and_their_marks_are_composed_as_unicode_says(text: str) -> None:
    assert compose(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("marks", ["\u0301", "\u0334\u0345", "\u0f73", "\u0345\u0301\u0334"])
def test_only_so_many_marks_stay_on_a_letter_that_they_can_be_put_in_order(marks: str) -> None:
    assert compose(f"a{marks * 1000}b{marks}") == unicodedata.normalize("NFC", f"a{(marks * 30)[:30]}b{marks}")


def test_no_character_but_marks_is_put_in_order() -> None:
    for character in map(chr, range(0x110000)):
        if unicodedata.category(character) not in {"Mn", "Mc", "Me", "Cs"}:
            assert not unicodedata.combining(unicodedata.normalize("NFD", character)[0]), ascii(character)


@pytest.mark.parametrize(
    ("characters", "text", "reads"),
    [
        ("abc ", "a b", True),
        ("abc ", "A É", False),
        ("abce ", "A É", True),
        ("abc", "a b", False),
        ("abc ", " ", False),
        ("abc ", "", False),
        ("かた", "かた", True),
        ("かた", "kata", False),
    ],
)
def test_a_text_is_read_if_nothing_of_it_is_left_out(characters: str, text: str, reads: bool) -> None:
    assert Vocabulary(characters).reads(text) == reads


def test_a_corpus_gives_its_own_characters_in_order() -> None:
    assert Vocabulary.of(["banana", "\n"]).characters == "\nabn"


@pytest.mark.parametrize(("characters", "complaint"), [("", "at least one"), ("abca", "'a'"), ("x" * 600, "at most")])
def test_characters_that_are_no_vocabulary_are_refused(characters: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Vocabulary(characters)
