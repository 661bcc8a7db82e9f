from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.frequencies import (
    Closeness,
    compare_frequencies,
    jensen_shannon,
    recommend_top_n,
    total_variation,
)


def test_equal_texts_are_at_no_distance_and_disjoint_ones_at_one() -> None:
    assert compare_frequencies("abab", "abab") == Closeness(0, 0, 0, 0)
    assert astuple(compare_frequencies("abab", "cdcd")) == pytest.approx((1, 1, 1, 1))


def test_the_distances_are_those_of_their_definitions() -> None:
    p, q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    assert total_variation(p, q) == 0.5
    # The mean is (3/4, 1/4): half of [1/2 log 2/3 + 1/2 log 2] and half of log 4/3.
    assert jensen_shannon(p, q) == pytest.approx(0.311278, abs=1e-6)


def test_the_order_of_characters_shows_in_their_pairs_alone() -> None:
    found = compare_frequencies("aabb" * 50, "abab" * 50)
    assert found.character_divergence == pytest.approx(0)
    assert found.bigram_divergence > 0.3


@given(st.text("abc", min_size=2), st.text("abcd", min_size=2))
def test_distances_are_symmetric_and_from_0_to_1(one: str, other: str) -> None:
    there, back = compare_frequencies(one, other), compare_frequencies(other, one)
    for name in Closeness.__dataclass_fields__:
        assert getattr(there, name) == pytest.approx(getattr(back, name))
        assert -1e-12 <= getattr(there, name) <= 1 + 1e-12


def test_of_the_well_spelled_the_nearest_bigrams_are_recommended_and_characters_settle_a_tie() -> None:
    candidates = {
        1: Closeness(0.0, 0.0, 0.0, 0.3),
        2: Closeness(0.9, 0.2, 0.9, 0.1),
        3: Closeness(0.9, 0.1, 0.9, 0.1),
        5: Closeness(0.0, 0.0, 0.0, 0.2),
        9: Closeness(0.0, 0.0, 0.0, 0.0),
    }
    words = {1: 1.0, 2: 0.99, 3: 0.97, 5: 0.95, 9: 0.9}
    assert recommend_top_n(candidates, words, real_text=0.98) == 3
    assert recommend_top_n(candidates, words, real_text=0.91) == 9
    assert recommend_top_n(candidates, {n: share / 2 for n, share in words.items()}, real_text=0.98) == 1
