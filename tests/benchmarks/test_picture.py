from __future__ import annotations

from xml.etree import ElementTree as ET

from benchmarks.figures import Spread
from benchmarks.picture import WIDTH, draw
from tests.support.benchmark_results import comparison

SVG = "{http://www.w3.org/2000/svg}"


def bars(kind: str) -> list[ET.Element]:
    return [bar for bar in ET.fromstring(draw(comparison())).iter(f"{SVG}rect") if bar.attrib["class"] == kind]


def test_every_way_is_named_and_charlas_own_stand_out() -> None:
    texts = [element.text for element in ET.fromstring(draw(comparison())).iter(f"{SVG}text")]
    assert [f"{name} & co" in texts for name in ("predict", "onnx-batched", "litert")] == [True] * 3
    assert len(bars("charla")) == 4  # a stream and a load each
    assert len(bars("other")) == 7  # the batched way has no stream


def test_what_takes_longer_has_the_longer_bar() -> None:
    predict, onnx = float(bars("other")[0].attrib["width"]), float(bars("other")[4].attrib["width"])
    litert = float(bars("charla")[2].attrib["width"])
    assert predict > onnx > litert > 0


def test_everything_stays_inside() -> None:
    found = comparison()
    found.ways["predict"].stream = Spread([1.0, 2.0])
    for line in ET.fromstring(draw(found)).iter(f"{SVG}line"):
        assert 0 < float(line.attrib["x1"]) <= float(line.attrib["x2"]) < WIDTH
