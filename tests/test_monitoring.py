"""What docs/monitoring ships for Prometheus and Grafana, and its page: all of them know the metrics that there are."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from bot.chat.gateway import Gateway
from bot.generation.worker_watch import WorkerWatch
from bot.health.state import State
from bot.metrics import Metrics
from tests.support.paths import ROOT

FOLDER = ROOT / "docs/monitoring"
PAGE = (ROOT / "docs/monitoring.md").read_text("utf-8")
RULES = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text("utf-8"))
NAMES = r"\b(?:charla|process)_[a-z_]+"
BASE_UNITS = ("_seconds", "_bytes", "_total", "_info")


@pytest.fixture
def families() -> dict[str, str]:
    """The types of all metrics, by the names under which they are shown."""
    metrics = Metrics()
    pool: Any = SimpleNamespace(watch=WorkerWatch(["tiny"]), workers=2, load=(0, 0))
    store: Any = SimpleNamespace(is_away=False)
    metrics.registry.register(State(pool, Gateway(metrics), store))
    shown = {"counter": "_total", "info": "_info"}
    return {f"{family.name}{shown.get(family.type, '')}": family.type for family in metrics.registry.collect()}


def list_samples(families: dict[str, str]) -> set[str]:
    """Return the names that queries may have."""
    parts = ("_bucket", "_sum", "_count")
    return {name + part for name, kind in families.items() for part in (parts if kind == "histogram" else ("",))}


def panels() -> list[dict[str, Any]]:
    return list(DASHBOARD["panels"])


def test_the_page_lists_every_metric_and_no_other(families: dict[str, str]) -> None:
    table = PAGE.partition("## Every metric")[2].partition("\n\n`CharlaDown`")[0]
    listed = {name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in re.findall(NAMES, row)}
    assert listed == set(families)


def test_metrics_are_named_as_prometheus_wants_it(families: dict[str, str]) -> None:
    for name, kind in families.items():
        assert name.startswith(("charla_", "process_"))
        assert name.endswith("_total") == (kind == "counter"), name
        assert kind != "histogram" or name.endswith(BASE_UNITS), name
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)\b", name), name


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_asks_for_what_there_is_and_is_explained(rule: dict[str, Any], families: dict[str, str]) -> None:
    named = set(re.findall(NAMES, rule["expr"]))
    assert named <= list_samples(families)
    assert named or rule["expr"].startswith("up{")
    assert rule["labels"]["severity"] in {"info", "warning", "critical"}
    assert rule["annotations"]["summary"]
    assert f"`{rule['alert']}`" in PAGE


def test_alerts_have_names_of_their_own_and_the_page_explains_no_other() -> None:
    names = [rule["alert"] for rule in RULES]
    assert sorted(set(names)) == sorted(names)
    assert set(re.findall(r"`(Charla\w+)`", PAGE)) == set(names)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_a_bucket_that_an_alert_asks_for_is_one(rule: dict[str, Any]) -> None:
    shown = {
        (sample.name, sample.labels["le"])
        for family in bucketed_metrics().registry.collect()
        for sample in family.samples
        if "le" in sample.labels
    }
    for name, labels in re.findall(r"(\w+_bucket)\{([^}]*)\}", rule["expr"]):
        for bound in re.findall(r'le="([^"]+)"', labels):
            assert (name, bound) in shown


def bucketed_metrics() -> Metrics:
    """Metrics whose histograms have each been used: those with labels have no buckets before."""
    metrics = Metrics()
    metrics.note_acknowledgement("command", 0.1)
    return metrics


def test_the_dashboard_shows_what_there_is(families: dict[str, str]) -> None:
    expressions = [target["expr"] for panel in panels() for target in panel["targets"]]
    named = {name for expression in expressions for name in re.findall(NAMES, expression)}
    assert named <= list_samples(families)
    assert {f"{name}_bucket" for name, kind in families.items() if kind == "histogram"} <= named
    variables = {f"${variable['name']}" for variable in DASHBOARD["templating"]["list"]} | {"$__rate_interval"}
    assert {found for expression in expressions for found in re.findall(r"\$\w+", expression)} <= variables


def test_the_dashboards_panels_are_in_place() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())
    assert len({panel["title"] for panel in panels()}) == len(panels())
