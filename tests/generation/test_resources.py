from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.engines.select import Engine
from bot.generation.resources import MB, affordable_workers, available_memory, available_processors, count_workers

MACHINE = 8000 * MB


@pytest.fixture(autouse=True)
def eight_gigabytes_and_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(os, "sysconf", lambda name: 1000 if name == "SC_PAGE_SIZE" else MACHINE // 1000)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("max 100000", 8), ("200000 100000", 2), ("250000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8)],
)
def test_a_containers_limit_of_processors_counts(tmp_path: Path, limit: str, expected: int) -> None:
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert available_processors(tmp_path) == expected


@pytest.mark.parametrize(("quota", "expected"), [("-1", 8), ("300000", 3)])
def test_the_older_kind_of_limit_counts_too(tmp_path: Path, quota: str, expected: int) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text(quota)
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000")
    assert available_processors(tmp_path) == expected


def test_without_a_limit_all_processors_of_the_affinity_count(tmp_path: Path) -> None:
    assert available_processors(tmp_path) == 8


@pytest.mark.parametrize(("limit", "expected"), [("max", MACHINE), ("512000000", 512 * MB), ("9" * 18, MACHINE)])
@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_a_containers_limit_of_memory_counts(tmp_path: Path, name: str, limit: str, expected: int) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(f"{limit}\n")
    assert available_memory(tmp_path) == expected


def test_without_a_limit_the_machines_memory_counts(tmp_path: Path) -> None:
    assert available_memory(tmp_path) == MACHINE


def test_workers_follow_the_memory() -> None:
    assert affordable_workers(["litert"] * 3, 1, 512 * MB) == 1
    assert affordable_workers(["litert"] * 3, 8, 512 * MB) == 8
    assert affordable_workers(["litert"] * 3, 64, 512 * MB) < 64
    assert 1 < affordable_workers(["tensorflow"] * 2, 16, 1024 * MB) < 16
    assert affordable_workers(["tensorflow"] * 9, 16, 700 * MB) == 1
    assert affordable_workers(["tensorflow"], 16, None) == 16


def test_workers_follow_processors_and_memory_unless_they_are_set(caplog: pytest.LogCaptureFixture) -> None:
    engines: list[Engine] = ["litert"] * 8
    assert count_workers(engines, processors=4, memory=512 * MB) == 4
    assert count_workers(engines, processors=4, memory=170 * MB) == 1
    assert "There is memory for 1 of 4 workers" in caplog.text
    assert count_workers(engines, 3, processors=4, memory=170 * MB) == 3
    with pytest.raises(ModelError, match="has 100"):
        count_workers(engines, processors=4, memory=100 * MB)


def test_too_little_memory_is_told_with_what_helps() -> None:
    with pytest.raises(ModelError, match=r"TensorFlow.*685 MB.*has 512: set ENGINE=litert"):
        affordable_workers(["tensorflow"], 1, 512 * MB)
    with pytest.raises(ModelError, match=r"LiteRT.*has 64: allow more"):
        affordable_workers(["litert"], 1, 64 * MB)
