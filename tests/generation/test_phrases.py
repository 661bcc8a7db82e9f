from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation import phrases
from bot.generation.phrases import PhraseCollector, Phrases

ITEMS = [
    "Cats can no longer be told apart from the dark. This is a feature.",
    "Kevin has been fixed. He now closes doors behind him.",
]


def remember(items: list[str]) -> Phrases:
    collector = PhraseCollector()
    for item in items:
        collector.add(item)
    return collector.collect()


REMEMBERED = remember(ITEMS)


@pytest.mark.parametrize("item", ITEMS)
def test_what_was_learned_has_nothing_new(item: str) -> None:
    assert REMEMBERED.count_new(item) == 0
    assert REMEMBERED.count_new(item.upper()) == 0


@pytest.mark.parametrize(
    ("text", "after", "new"),
    [
        ("can no longer be told apart from the dark. This is a feature.", "Cats ", 0),
        ("can no longer be fixed.", "Cats ", 3),  # longer be fixed; be fixed .; fixed . and the end
        ("has been fixed.", "Grandma ", 3),  # two that touch her, and the end after the first sentence
        ("", "Kevin has been fixed. He now closes doors behind him.", 0),
        ("hello", "", 2),  # at the start; before the end
    ],
)
def test_each_run_of_three_words_that_was_not_learned_counts(text: str, after: str, new: int) -> None:
    assert REMEMBERED.count_new(text, after) == new


def test_little_of_what_was_never_there_is_taken_for_known() -> None:
    random = np.random.default_rng(1)
    words, other_words = ([f"{letter}{number}" for number in range(1000)] for letter in "ab")
    remembered = remember([" ".join(random.choice(words, 12)) for _ in range(500)])
    others = [" ".join(random.choice(other_words, 12)) for _ in range(200)]
    new = sum(remembered.count_new(text) for text in others)
    assert new > 0.96 * 200 * 13


@given(st.lists(st.text(max_size=40), max_size=5))
def test_nothing_that_was_learned_is_ever_new(items: list[str]) -> None:
    assert all(remember(items).count_new(item) == 0 for item in items)


def test_of_a_long_text_nothing_is_remembered_and_nothing_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "MOST_REMEMBERED", 80)
    assert remember(ITEMS).count_new("Something else altogether.") == 0
    assert Phrases.none().count_new("Something else altogether.") == 0
