from __future__ import annotations

import pytest

from bot.moderation.word_filter import contains_slur
from bot.moderation.word_list import compile_plain


@pytest.mark.parametrize(
    "text", ["A Gypsy.", "two gypsies", "GOOKS!", "half-breed", "retarded", "Wóp", "dagoes", "Shiksas"]
)
def test_slurs_are_found(text: str) -> None:
    assert contains_slur(text)


@pytest.mark.parametrize("text", ["", "raccoon", "spicy food", "Yiddish", "Mickey", "bigotry", "snigger", "spices"])
def test_harmless_words_are_no_slurs(text: str) -> None:
    assert not contains_slur(text)


def test_entries_match_as_the_list_explains() -> None:
    pattern = compile_plain(["ab", "cd*", "ef gh", "ix"])
    found = ("ab", "abs", "ab's", "cdxyz", "ef-gh", "efgh", "ef  ghs", "ix", "ixes", "ix's")
    assert all(pattern.search(text) for text in found)
    assert not any(pattern.search(text) for text in ("abc", "abes", "xab", "xcd", "ef", "ef x gh", "ixe"))
