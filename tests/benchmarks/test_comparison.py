from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.comparison import ContenderError, ContenderProcess
from benchmarks.contender_process import Workload
from benchmarks.contenders import CONTENDERS, find_contender
from benchmarks.docs_page import FIGURES, write_page
from benchmarks.figures import scale_seconds, to_json
from benchmarks.installed import installed_bytes
from benchmarks.peers.numpy import ReferenceWriter
from benchmarks.serving import PoolService, WritersService
from bot.generation.model import Model
from tests.support.benchmark_results import comparison, draft_costs
from tests.support.paths import ROOT
from tests.support.random_models import NumpyCopy


def test_the_names_of_the_ways_differ() -> None:
    assert len({contender.name for contender in CONTENDERS}) == len(CONTENDERS)
    assert find_contender("predict").packages


@pytest.fixture
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("_in_the_project")
def test_a_way_in_its_process_serves_what_it_is_told(model: Model, tmp_path: Path) -> None:
    model.write(tmp_path / "tiny")
    with ContenderProcess(find_contender("reference"), tmp_path / "tiny") as process:
        assert process.first > process.measurement.seconds[0]
        assert process.measurement.text
        assert process.serve(Workload(5, 20, 2)) == max(process.measurement.seconds)
        assert len(process.measurement.seconds) == 5


@pytest.mark.usefixtures("_in_the_project")
def test_a_way_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ContenderError, match="is not a model folder"):
        ContenderProcess(find_contender("reference"), tmp_path)


def test_charlas_pool_and_the_plain_service_write_the_same(model: Model, tmp_path: Path) -> None:
    requests = Workload(7, 30).make_requests()
    texts = []
    for service in (PoolService(NumpyCopy, model), WritersService(lambda: ReferenceWriter(model, tmp_path))):
        texts.append([reply.text for reply in service.serve(requests)])
        service.stop()
    assert texts[0] == texts[1]
    assert len(set(texts[0])) > 1


def test_what_few_took_is_scaled_to_many() -> None:
    assert scale_seconds(2.0, Workload(2, 280), 8) == 8.0


def test_a_package_counts_with_what_it_needs() -> None:
    assert installed_bytes(["pydantic"]) > installed_bytes(["pydantic-core"]) > 1_000_000


def test_the_page_is_written_between_its_marks_and_the_rest_is_kept(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    start, end = f"<!-- {FIGURES}: start -->", f"<!-- {FIGURES}: end -->"
    page.write_text(f"before\n{start}\nold\n{end}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_page([comparison()], draft_costs(), [], [], page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{start}\n\nMeasured ")
    assert text.endswith(f"\n{end}\nafter\n")
    assert "old" not in text
    assert text.count("tensorflow & co") == 3
    assert page.with_suffix(".svg").read_text(encoding="utf-8").startswith("<svg")


def test_all_of_it_can_be_kept_as_json() -> None:
    kept = json.loads(json.dumps(to_json(comparison())))
    assert kept["contenders"]["onnx"]["loads"]["64"]["last"]["values"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["--contenders", "onnx,nix"], "'nix'"), (["--rounds", "0"], "'0'"), (["--shapes", "round"], "'round'")],
)
def test_wrong_options_end_with_a_line(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert named in capsys.readouterr().err
