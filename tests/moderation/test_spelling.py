from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moderation.spelling import LOOK_ALIKES, in_visual_order, readings, spell


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Plain, as it is.", "plain, as it is."),
        ("Écoutez ! Ça", "ecoutez ! ca"),
        ("ｆｕｌｌ 𝔣𝔯𝔞𝔨 ⓒⓘⓡ 🆂🆀 🇷🇮 ﬁn", "full frak cir sq ri fin"),
        ("z\u200be\u00ad\ufeffr\u2060o\U000e0061", "zero"),
        ("k👏i★k", "k*i*k"),
        ("“curly” – dash…", '"curly" - dash...'),
        ("東京", "dongjing"),
        ("a\u2003b\u3000c\u3164d", "a b cd"),
        ("loooooong", "looong"),
    ],
)
def test_a_text_is_spelt_in_the_letters_that_people_read(text: str, spelt: str) -> None:
    assert spell(text) == {spelt}


def test_a_character_that_sounds_like_one_letter_and_looks_like_another_may_be_either() -> None:
    (spelt,) = spell("с")
    assert readings(spelt) == {"s", "c"}


def test_a_character_that_sounds_like_several_letters_and_looks_like_one_is_spelt_both_ways() -> None:
    assert spell("х") == {"kh", "x"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("straight on", "straight on"),
        ("\u202edrow\u202c", "word"),
        ("a \u202edrow\u202c and \u202erehtona\n\u202edna\u202c", "a word and another\nand"),
        ("\u202edr\u202dow\u202c\u202c", "owrd"),
        ("\u2067\u2066rd\u2069\u2066wo\u2069\u2069", "word"),
        ("\u202d\u202edrow", "word"),
        ("\u202c\u2069word\u202c", "word"),
    ],
)
def test_text_that_is_turned_is_read_as_it_is_seen(text: str, seen: str) -> None:
    assert in_visual_order(text) == seen


@given(st.text(st.sampled_from("ab\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), max_size=60))
def test_turning_a_text_loses_nothing_but_what_turns_it(text: str) -> None:
    letters = [character for character in text if character in "ab\n"]
    assert sorted(in_visual_order(text)) == sorted(letters)


@given(st.text(max_size=200))
def test_a_text_is_never_spelt_in_much_more_than_its_length(text: str) -> None:
    assert all(len(spelt) <= 8 * len(text) for spelt in spell(text))


def test_what_is_a_sentence_in_one_character_is_not_spelt_out() -> None:
    assert [len(spelt) for spelt in spell("ﷺ a")] == [3]


def test_the_table_of_look_alikes_is_unicodes_with_its_licence() -> None:
    lines = LOOK_ALIKES.read_text("utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    entries = [line for line in lines if not line.startswith("#")]
    assert any("Unicode's confusables.txt (Version: " in line for line in comments)
    assert any("UNICODE LICENSE" in line for line in comments)
    letters = dict(entry.split(" ", 1) for entry in entries)
    assert set(letters) <= set("abcdefghijklmnopqrstuvwxyz")
    assert len(letters) == len(entries) > 20
    characters = "".join(letters.values())
    assert len(characters) == len(set(characters)) > 500
    assert not characters.isascii()
    assert {"с", "Н", "Ꮶ", "ꓐ"} <= set(characters)
