from __future__ import annotations

import pytest

from benchmarks.bot_process import Starts, format_bot_table, judge_bot
from benchmarks.figures import Spread


def started(engine: str, first: float, resident: float) -> Starts:
    return Starts(engine, Spread([0.9 * first] * 3), Spread([first, 1.1 * first, 0.9 * first]), Spread([resident]))


@pytest.mark.parametrize(("first", "resident", "missed"), [(2.0, 150e6, 0), (2.1, 150e6, 1), (2.0, 151e6, 1)])
def test_the_bots_goals_are_judged_by_what_litert_took(first: float, resident: float, missed: int) -> None:
    found = [started("tensorflow", 9.0, 700e6), started("litert", first, resident)]
    assert sum(not goal.reached for goal in judge_bot(found)) == missed


def test_the_table_has_a_line_for_each_engine() -> None:
    table = format_bot_table([started("tensorflow", 10.0, 700e6), started("litert", 1.5, 140e6)])
    assert [line.split("|")[1].strip() for line in table.splitlines()[2:]] == ["tensorflow", "litert"]
    assert "1.50 (1.35–1.65)" in table
    assert "140 (140–140)" in table
