from __future__ import annotations

import random

import pytest

from bot.evaluation import recitation
from bot.evaluation.recitation import recited_share
from bot.generation import learned_text


def some_items(seed: int, count: int = 60) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("ab", k=source.randrange(120))) for _ in range(count)]


def share_by_definition(items: list[str], learned: list[str], window: int) -> float:
    def windows(of: list[str]) -> list[str]:
        return [item[start : start + window] for item in of for start in range(len(item) - window + 1)]

    known = set(windows(learned))
    found = [window in known for window in windows(items)]
    return sum(found) / len(found)


@pytest.mark.parametrize("window", [1, 2, 7, 8, 12])
@pytest.mark.parametrize("chunk", [1 << 20, 37])
def test_the_share_is_that_of_its_definition(monkeypatch: pytest.MonkeyPatch, window: int, chunk: int) -> None:
    monkeypatch.setattr(recitation, "_CHUNK", chunk)
    items, learned = some_items(1), some_items(2)
    assert recited_share(items, learned, window) == pytest.approx(share_by_definition(items, learned, window))


def test_what_is_recited_is_found_wherever_it_stands() -> None:
    learned = ["".join(random.Random(3).choices("abcdefghij ☃", k=3000))]
    assert recited_share([learned[0][100:200]], learned) == 1
    assert recited_share([learned[0][-40:]], learned) == 1
    assert recited_share([learned[0][50:90] + "X"], learned) == 0.5


def test_hashes_that_agree_by_chance_are_no_recitation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned_text, "_BASE", learned_text._BASE * 0)
    assert recited_share(["x" * 50], ["y" * 50]) == 0


def test_runs_across_items_do_not_count() -> None:
    assert recited_share(["x" * 20, "y" * 20], ["x" * 20 + "y" * 20]) == 0
    assert recited_share(["x" * 20 + "y" * 20], ["x" * 20, "y" * 20]) == 0
