from __future__ import annotations

from benchmarks.figures import Figures, Spread
from benchmarks.tables import format_figure, format_tables
from tests.support.benchmark_results import comparison, contender


def cells(text: str, title: str) -> list[list[str]]:
    """The cells of every line that speaks of a contender."""
    lines = [line for line in text.splitlines() if line.startswith(f"| {title} ")]
    return [[cell.strip() for cell in line.strip("|").split("|")][1:] for line in lines]


def test_a_figure_stands_with_its_spread() -> None:
    assert format_figure(Spread([60e-6, 58.04e-6, 66e-6]), 1e6, 1) == "60.0 (58.0–66.0)"
    assert format_figure(Spread(), 1) == "–"


def test_each_way_has_its_line_in_each_table_that_it_was_measured_for() -> None:
    stream, loads, costs = cells(format_tables(comparison()), "tensorflow & co")
    assert stream == ["75.0 (67.5–90.0)", "667", "49%"]
    assert loads[1] == "24,889 (24,889–24,889)"
    assert loads[4] == "0.72 (0.72–0.72)"
    assert costs == ["1.50 (1.00–3.00)", "70 (70–70)", "5"]


def test_a_batched_way_shows_its_batch_and_has_no_stream() -> None:
    ((eight, *_),) = cells(format_tables(comparison()), "onnx-batched & co")
    assert eight.startswith("×4: ")


def test_scaled_figures_are_marked() -> None:
    found = comparison()
    found.contenders["onnx"].loads[512].scaled = True
    _, loads, _ = cells(format_tables(found), "onnx & co")
    assert [cell.startswith("≈") for cell in loads] == [False, False, True, False, False, False]


def test_what_is_left_out_and_who_writes_another_text_is_told() -> None:
    found = comparison()
    found.contenders["torch"] = Figures(contender("torch"), left_out="torch is not installed")
    found.contenders["onnx"].text = "something else"
    last = format_tables(found).splitlines()[-3:]
    assert last == [
        "Left out: torch & co: torch is not installed.",
        "Left out: the limit in int8: no instructions.",
        "Not the reference's text: onnx & co.",
    ]
