from __future__ import annotations

import pytest

from benchmarks.figures import Comparison, Figures, Spread
from benchmarks.goals import judge
from tests.support.benchmark_results import comparison, contender


def missed(found: Comparison) -> list[str]:
    return [goal.what for goal in judge(found) if not goal.reached]


def test_all_goals_are_reached_by_figures_that_are_just_good_enough() -> None:
    assert missed(comparison()) == []


@pytest.mark.parametrize(
    ("name", "seconds", "how_many"),
    [
        ("tensorflow", 101e-6, 2),  # against the predict loop, and of the limit
        ("litert", 34e-6, 2),  # against the predict loop, and against TensorFlow
        ("onnx", 24e-6, 1),  # ahead of every other contender
        ("predict", 30_000e-6, 2),
    ],
)
def test_a_worse_stream_misses_the_goals_that_it_stands_in(name: str, seconds: float, how_many: int) -> None:
    found = comparison()
    found.contenders[name].stream = Spread([seconds])
    assert len(missed(found)) == how_many


def test_many_waiting_are_judged_by_the_last_reply() -> None:
    found = comparison()
    found.contenders["litert"].loads[64].last = Spread([0.6])
    assert [what for what in missed(found) if "64" in what] == missed(found) != []


def test_what_was_not_measured_is_not_reached() -> None:
    found = comparison()
    found.contenders["litert"] = Figures(contender("litert"), left_out="it is not here")
    del found.limits["float32"]
    lines = [str(goal) for goal in judge(found)]
    assert [line.split(":")[0] for line in lines] == ["reached", *["MISSED"] * 6]
    assert "not measured" in lines[1]
