from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.container import BarContainer
from matplotlib.patches import Rectangle

from benchmarks.figures import Comparison, Spread
from benchmarks.picture import draw_comparison
from bot.evaluation.charts import render_svg
from tests.support.benchmark_results import comparison

SVG = "{http://www.w3.org/2000/svg}"
STREAM, LOAD = 0, 1


def bars(kind: str, panel: int, found: Comparison | None = None) -> list[float]:
    containers = draw_comparison(found or comparison()).axes[panel].containers
    groups = [group for group in containers if isinstance(group, BarContainer) and group.get_label() == kind]
    return [bar.get_width() for group in groups for bar in group]


def test_every_way_is_named_and_charlas_own_stand_out() -> None:
    svg = render_svg(draw_comparison(comparison()), "x")
    texts = [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]
    assert [f"{name} & co" in texts for name in ("predict", "onnx-batched", "litert")] == [True] * 3
    assert "dashed: limit in float32, 37.0 µs" in texts
    assert [len(bars("charla", panel)) for panel in (STREAM, LOAD)] == [2, 2]
    assert [len(bars("other", panel)) for panel in (STREAM, LOAD)] == [3, 4]  # the batched contender has no stream


def test_what_takes_longer_has_the_longer_bar() -> None:
    predict, _, onnx = bars("other", STREAM)
    _, litert = bars("charla", STREAM)
    assert predict > onnx > litert > 0
    assert (predict, onnx, litert) == (50_000, 95, 25)


def test_everything_stays_inside() -> None:
    found = comparison()
    found.contenders["predict"].stream = Spread([1.0, 2.0])
    for axes in draw_comparison(found).axes:
        low, high = axes.get_xlim()
        assert low > 0
        drawn = [bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]
        drawn += [x for line in axes.lines for x in np.asarray(line.get_xdata(), np.float64)]
        assert drawn
        assert all(low < x < high for x in drawn)
