"""What a person sees of a training or an evaluation that goes on, in a terminal and elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.commands.progress_views import PLOT_HEIGHT, PLOT_WIDTH, EvaluationView, TrainingView, plot_curve
from bot.training.progress import TrainingProgress

SAMPLE = "a line that the network writes by now, which is wider than any terminal is here: " + "blah " * 20
HALFWAY = TrainingProgress(
    epochs=2.5,
    seconds=600.0,
    done=0.5,
    seconds_left=600.0,
    training_bits=2.0,
    held_out_bits=2.25,
    best_bits=2.125,
    evaluations=1,
    sample=SAMPLE,
)
STEPS = (("reading", 0.5), ("reading", 1.0), ("writing [x]", 0.25))


def show() -> None:
    with EvaluationView() as view:
        for doing, done in STEPS:
            view(doing, done)


def strip_colors(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_terminal_of_any_width_shows_bar_share_and_time_left_in_one_line(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    with TrainingView() as view:
        view(HALFWAY)
    lines = strip_colors(capsys.readouterr().err).replace("\r", "\n").splitlines()
    assert max(map(len, lines)) <= columns
    live = [line for line in lines if re.match(r"━+.*50% 10 min left", line)]
    assert live
    assert "left  best 2.125" in live[-1]
    assert any(line.startswith(" 50%  10 min left") for line in lines)
    (sample,) = [line for line in lines if line.startswith("      a line that")]
    assert sample.endswith("…")


def test_elsewhere_than_in_a_terminal_the_sample_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    with TrainingView() as view:
        view(HALFWAY)
    line, sample = capsys.readouterr().err.splitlines()
    assert line.endswith("left  best 2.125, held-out 2.250, training 2.000 bits per character  epoch 2.50")
    assert sample == f"      {SAMPLE}"


def test_a_training_that_gets_half_of_the_processor_is_told_so_and_takes_twice_as_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = iter([0.0, 600.0])
    with TrainingView(lambda: next(times)) as view:
        view(replace(HALFWAY, seconds=300.0, sample=""))
        view(HALFWAY)
    assert " 50%  20 min left" in capsys.readouterr().err
    assert view.sum_up().startswith("trained for 5 min of the processor's time, which count, in 10 min: ")


def test_a_training_that_gets_all_of_it_is_told_nothing() -> None:
    times = iter([0.0, 310.0])
    view = TrainingView(lambda: next(times))
    view(replace(HALFWAY, seconds=300.0, sample=""))
    view(replace(HALFWAY, sample=""))
    assert view.sum_up() == ""


def test_elsewhere_than_in_a_terminal_each_thing_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show()
    assert capsys.readouterr() == ("", "reading\nwriting [x]\n")


def test_in_a_terminal_each_thing_has_a_bar_and_what_is_over_is_full(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    show()
    out, err = capsys.readouterr()
    seen = strip_colors(err)
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
