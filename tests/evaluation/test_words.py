from __future__ import annotations

import pytest

from bot.evaluation.words import WordList, measure_words
from bot.generation.learned_text import split_words

WORDS = WordList(["cat", "stop", "happy", "make", "quick", "Paris", "box", "likely", "", "a", "the", "don't"])


def test_words_are_runs_of_letters_without_numbers_and_single_letters() -> None:
    items = ["CAT, n. A cat’s well-known 1990s box.", "I don't v2 x-ray J. Café 4.4.7 'quoted' ID10T"]
    assert split_words(items) == [
        *("cat", "a", "cat's", "well-known", "box"),
        *("i", "don't", "x-ray", "café", "quoted"),
    ]


@pytest.mark.parametrize(
    "word",
    [
        *("cat", "Cat", "CATS", "cat's", "cats'", "boxes", "stopped", "stopping", "stopper", "making", "maker"),
        *("happily", "happier", "happiest", "quickly", "quickest", "paris", "unhappy", "unlikely", "cat-box", "don't"),
    ],
)
def test_a_word_and_what_is_regularly_derived_from_it_is_real(word: str) -> None:
    assert word in WORDS


@pytest.mark.parametrize("word", ["ca", "catt", "stoping-x", "dog", "uncat", "cat-dog", "happier-dog", "es", "ed", ""])
def test_any_other_is_not(word: str) -> None:
    assert word not in WORDS


def test_shares_are_of_all_words() -> None:
    shares = measure_words(["the", "cat", "the", "blorp", "a", "zig"], WORDS, frozenset({"zig"}))
    assert shares.words == 6
    assert shares.in_list == pytest.approx(4 / 6)
    assert shares.known == pytest.approx(5 / 6)
    assert (shares.distinct_trigrams, shares.repeated) == (1, 0)


def test_repetition_shows_in_both_shares() -> None:
    shares = measure_words(["a", "cat", "box"] * 10, WORDS, frozenset())
    assert shares.distinct_trigrams == pytest.approx(3 / 28)
    assert shares.repeated == pytest.approx(24 / 27)


def test_what_repeats_in_another_block_does_not_count() -> None:
    once = [f"word{place}" for place in range(1000)]
    assert measure_words(once * 2, None, frozenset()).repeated == 0


def test_without_a_list_the_learned_words_alone_say_what_is_known() -> None:
    shares = measure_words(["a", "cat"], None, frozenset({"cat"}))
    assert (shares.in_list, shares.known) == (None, 0.5)


def test_no_words_have_no_shares() -> None:
    assert measure_words([], WORDS, frozenset()).known == 0
