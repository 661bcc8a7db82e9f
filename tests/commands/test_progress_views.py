"""What a person sees of an evaluation that goes on, in a terminal and elsewhere."""

from __future__ import annotations

import re

import pytest

from bot.commands.progress_views import PLOT_HEIGHT, PLOT_WIDTH, EvaluationView, plot_curve

STEPS = (("reading", 0.5), ("reading", 1.0), ("writing [x]", 0.25))


def show() -> None:
    with EvaluationView() as view:
        for doing, done in STEPS:
            view(doing, done)


def test_elsewhere_than_in_a_terminal_each_thing_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show()
    assert capsys.readouterr() == ("", "reading\nwriting [x]\n")


def test_in_a_terminal_each_thing_has_a_bar_and_what_is_over_is_full(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    show()
    out, err = capsys.readouterr()
    seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", err)
    assert out == ""
    assert "100% reading" in seen
    assert "25% writing [x]" in seen


def test_a_curve_falls_from_its_highest_to_its_lowest_bits() -> None:
    *rows, axis = plot_curve([(0.5, 4.0), (1.0, 3.0), (1.5, 2.0)])
    assert len(rows) == PLOT_HEIGHT
    assert (rows[0], rows[-1]) == ("   4.000 |*", "   2.000 |  *")
    assert sum(row.count("*") for row in rows) == 3
    assert axis == "bits per character, held out, from minute 0.5 to 1.5"


def test_a_long_curve_fits_and_keeps_its_ends() -> None:
    *rows, _ = plot_curve([(minute, 1000 - minute) for minute in range(1000)])
    assert max(map(len, rows)) == len("   4.000 |") + PLOT_WIDTH
    assert rows[0].startswith("1000.000 |*")
    assert rows[-1].endswith("*")
    assert rows[-1].startswith("   1.000 |")


def test_a_curve_of_one_point_or_of_equal_ones_is_drawn_on_the_ground() -> None:
    for points in (1, 3):
        *rows, _ = plot_curve([(minute, 2.0) for minute in range(points)])
        assert rows[-1] == f"   2.000 |{'*' * points}"
        assert not any("*" in row for row in rows[:-1])
