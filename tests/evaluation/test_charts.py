from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.lines import Line2D

from bot.evaluation.charts import SERIES, draw_closeness, draw_learning_curve, render_svg
from bot.evaluation.frequencies import Closeness
from bot.evaluation.report import Evaluation
from tests.support.evaluation_results import EVALUATION

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [name for name, _, _ in SERIES]


def heights(line: Line2D) -> list[float]:
    return [float(y) for y in np.asarray(line.get_ydata(), np.float64)]


def points(evaluation: Evaluation, name: str) -> list[float]:
    (axes,) = draw_closeness(evaluation).axes
    (line,) = [line for line in axes.lines if line.get_label() == name]
    return heights(line)


def floors(evaluation: Evaluation) -> list[float]:
    (axes,) = draw_closeness(evaluation).axes
    return [heights(line)[0] for line in axes.lines if line.get_linestyle() == "--"]


def test_the_picture_names_the_model_and_each_top_n() -> None:
    svg = render_svg(draw_closeness(EVALUATION), "What it shows")
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert "a|b<c: how far its text is from real text" in texts
    assert [text for text in texts if text in {"1", "3", "all"}] == ["1", "3", "all"]
    assert {*NAMES, "dashed: real against real text", "Jensen-Shannon divergence (bits)"} <= set(texts)
    assert ET.fromstring(svg).findtext(f"{SVG}title") == "What it shows"


def test_the_curves_are_what_was_measured() -> None:
    assert points(EVALUATION, "pairs of characters") == [0.3, 0.1, 0.02]
    assert points(EVALUATION, "characters") == [0.05, 0.02, 0.001]
    assert floors(EVALUATION) == [0.019, 0.0009]


def test_equal_divergences_are_drawn_at_the_height_of_the_floor() -> None:
    equal = replace(EVALUATION, floor=EVALUATION.written[1].closeness)
    assert floors(equal)[0] == points(equal, "pairs of characters")[1]


@pytest.mark.parametrize("value", [0.0, 1.0, 0.02])
def test_everything_stays_inside_whatever_was_measured(value: float) -> None:
    same = Closeness(value, value, value, value)
    written = tuple(replace(each, closeness=same) for each in EVALUATION.written)
    drawn = replace(EVALUATION, written=written, floor=same)
    (axes,) = draw_closeness(drawn).axes
    low, high = axes.get_ylim()
    for name in NAMES:
        assert all(low < y < high for y in points(drawn, name))


def test_a_drawing_is_the_same_each_time_small_and_fetches_nothing() -> None:
    drawn, again = (render_svg(draw_closeness(EVALUATION), "x") for _ in range(2))
    assert drawn == again
    assert len(drawn) < 30_000
    assert all(name not in drawn for name in ("@import", "url(http", 'href="http', "<script"))


def test_it_stands_on_a_white_ground_of_its_own_so_that_dark_pages_can_show_it() -> None:
    assert draw_closeness(EVALUATION).get_facecolor() == (1, 1, 1, 1)


def test_a_models_name_is_not_read_as_mathematics() -> None:
    assert "$\\nothing$: how far" in render_svg(draw_closeness(replace(EVALUATION, model="$\\nothing$")), "x")


def test_a_learning_curve_shows_the_bits_over_the_minutes() -> None:
    figure = draw_learning_curve("a|b<c", [(1.0, 3.5), (2.0, 2.25), (4.0, 2.0)])
    (axes,) = figure.axes
    (line,) = axes.lines
    assert [float(x) for x in np.asarray(line.get_xdata(), np.float64)] == [1.0, 2.0, 4.0]
    assert heights(line) == [3.5, 2.25, 2.0]
    texts = [element.text for element in ET.fromstring(render_svg(figure, "x")).iter(f"{SVG}text")]
    assert {"a|b<c: bits per character on held-out text", "minutes", "bits per character"} <= set(texts)
