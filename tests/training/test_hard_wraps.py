from __future__ import annotations

import random
from textwrap import fill

import pytest

from bot.training.hard_wraps import find_width, join_paragraphs

WORDS = ["the", "cat", "sat", "on a", "mat", "because", "nobody", "had fed", "her", "since", "Tuesday", "and rained"]


def paragraphs(count: int = 10) -> list[str]:
    source = random.Random(1)
    return [f"Now {' '.join(source.choices(WORDS, k=source.randint(30, 90)))}." for _ in range(count)]


@pytest.mark.parametrize("width", [45, 72, 100])
@pytest.mark.parametrize(
    ("between", "indent"), [("\n\n", ""), ("\n", "  "), ("\n\n\n", "\t")], ids=["blank lines", "indents", "both"]
)
def test_wrapped_lines_are_noticed_and_joined_again(width: int, between: str, indent: str) -> None:
    whole = paragraphs()
    lines = between.join(fill(each, width, initial_indent=indent, tabsize=1) for each in whole).split("\n")
    found = find_width(lines)
    assert width - 6 <= found <= width
    assert [each.strip() for each in join_paragraphs(lines, found)] == whole


def test_a_hyphen_at_a_lines_end_joins_without_a_blank() -> None:
    assert list(join_paragraphs(["a well-", "known cat --", "it sat"], 10)) == ["a well-known cat -- it sat"]


@pytest.mark.parametrize(
    "lines",
    [
        [" ".join(random.Random(n).choices(WORDS, k=n % 12 + 1)) for n in range(200)],
        [f"{' '.join(WORDS[:8])} {n:03}" for n in range(200)],
        [f"Braedorisaur{n}" for n in range(200)],
        ["می‌خواهم کتاب‌ها را بخوانم و به خانه‌ی دوست‌ام بروم"] * 200,
        [*paragraphs(1)[0].split("\n"), ""] * 100,
        [],
    ],
    ids=["messages", "lines as long as one another", "names", "no small letters", "a paragraph a line", "nothing"],
)
def test_lists_of_items_are_not_wrapped(lines: list[str]) -> None:
    assert find_width(lines) == 0
