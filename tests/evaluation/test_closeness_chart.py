from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bot.evaluation.closeness_chart import HEIGHT, TOP, WIDTH, draw
from bot.evaluation.frequencies import Closeness
from bot.evaluation.report import Evaluation
from tests.support.evaluation_results import EVALUATION

SVG = "{http://www.w3.org/2000/svg}"


def points(evaluation: Evaluation, name: str) -> list[tuple[float, float]]:
    circles = ET.fromstring(draw(evaluation)).iter(f"{SVG}circle")
    return [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in circles if each.attrib["class"] == name]


def test_the_picture_names_the_model_and_each_top_n() -> None:
    texts = [element.text for element in ET.fromstring(draw(EVALUATION)).iter(f"{SVG}text")]
    assert "a|b<c: how far its text is from real text" in texts
    assert [text for text in texts if text in {"1", "3", "all"}][-3:] == ["1", "3", "all"]


@pytest.mark.parametrize("name", ["bigrams", "characters"])
def test_what_is_closer_to_real_text_is_lower(name: str) -> None:
    found = points(EVALUATION, name)
    assert len(found) == 3
    assert [y for _, y in found] == sorted(y for _, y in found)
    assert [x for x, _ in found] == sorted(x for x, _ in found)


def test_equal_divergences_are_drawn_at_the_height_of_the_floor() -> None:
    equal = replace(EVALUATION, floor=EVALUATION.written[1].closeness)
    floors = [
        float(line.attrib["y1"])
        for line in ET.fromstring(draw(equal)).iter(f"{SVG}line")
        if line.attrib["class"] == "bigrams floor"
    ]
    assert floors == [points(equal, "bigrams")[1][1]]


@pytest.mark.parametrize("value", [0.0, 1.0, 0.02])
def test_everything_stays_inside_whatever_was_measured(value: float) -> None:
    same = Closeness(value, value, value, value)
    written = tuple(replace(each, closeness=same) for each in EVALUATION.written)
    drawn = replace(EVALUATION, written=written, floor=same)
    for x, y in points(drawn, "bigrams"):
        assert 0 < x < WIDTH
        assert TOP <= y < HEIGHT


def test_light_and_dark_pages_have_colours_of_their_own_and_nothing_is_fetched() -> None:
    drawn = draw(EVALUATION)
    light, dark = drawn.split("@media (prefers-color-scheme: dark)")
    for name in ("bigrams", "characters"):
        rules = [re.findall(rf"\.{name} {{(.*?)}}", style) for style in (light, dark)]
        assert [len(found) for found in rules] == [1, 1]
        assert rules[0] != rules[1]
        assert "fill" not in "".join(rules[0] + rules[1])  # that would fill the line's area too
    assert drawn.count("http") == 1
