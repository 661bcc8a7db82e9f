from __future__ import annotations

import random

import numpy as np
import pytest

from bot.evaluation.kneser_ney import KneserNey

ALPHABET = "\n abcdefghijklmnopqrstuvwxyz"
WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "ran", "quickly", "home", "zebra"]


def some_text(seed: int, words: int = 4000) -> str:
    source = random.Random(seed)
    return "\n" + " ".join(source.choices(WORDS, weights=range(1, len(WORDS) + 1), k=words)) + "\n"


@pytest.fixture(scope="module")
def learned() -> KneserNey:
    return KneserNey(some_text(1), ALPHABET, orders=(1, 2, 3, 5, 8))


@pytest.mark.parametrize("context", ["\n", "\nthe ca", "\nthe zebra qu", "\nxxxxxxxxx", "\nthe x", "\nvwq"])
def test_the_distribution_after_any_context_sums_to_one(learned: KneserNey, context: str) -> None:
    last = np.stack([learned.likelihoods(context + character)[:, -1] for character in ALPHABET])
    assert last.sum(axis=0) == pytest.approx(np.ones(5))
    assert (last > 0).all()


def test_what_was_seen_is_expected_and_more_so_by_longer_contexts(learned: KneserNey) -> None:
    held_out = some_text(2, 400)
    bits = list(learned.bits_per_character(held_out).values())
    assert bits[:4] == sorted(bits[:4], reverse=True)
    assert bits[0] > 2 * bits[3]


def test_few_counts_are_worked_out_by_hand() -> None:
    # "aab": the bigrams are ^a, aa, ab, where ^ is whatever sorts first, here a itself: aa twice, ab once.
    # Too little for estimates, so the discount is 0.75. Lower order: a stands after 1 different character, b after 1.
    # P(b) = (1 - .75) / 2 + .75 * 2 / 2 * 1/3 = .375; P(b|a) = (1 - .75) / 3 + .75 * 2 / 3 * P(b).
    likelihoods = KneserNey("aab", "abc", orders=(2,)).likelihoods("ab")
    assert likelihoods[0, 0] == pytest.approx(0.25 / 3 + 0.5 * 0.375)


def test_an_order_too_high_for_the_alphabet_is_left_out() -> None:
    alphabet = "".join(map(chr, range(10, 510)))
    model = KneserNey("abcabcabd" * 50, alphabet, orders=(5, 6, 7, 8, 9))
    assert model.orders == (5, 6, 7)
    assert model.bits_per_character("abc")[7] < 5


def test_only_the_end_of_a_very_long_text_is_learned() -> None:
    model = KneserNey("ab" * 500 + "cd" * 150, "abcd", orders=(2,), most_learned=300)
    assert model.learned == 300
    assert model.bits_per_character("cdcdcd")[2] < 0.5
    assert model.bits_per_character("ababab")[2] > 2
