from __future__ import annotations

from pathlib import Path

import pytest

from bot.training.training_clock import INTERVAL, TrainingClock, read_waiting


class Machine:
    """A machine whose times are set by hand."""

    def __init__(self) -> None:
        self.passed = self.computed = self.waited = 0.0
        self.clock = TrainingClock(lambda: self.passed, lambda: self.computed, lambda: self.waited)

    def go_on(self, passed: float, computed: float, waited: float = 0.0) -> float:
        self.passed += passed
        self.computed += computed
        self.waited += waited
        return self.clock.read()


@pytest.mark.parametrize(
    ("passed", "computed", "waited", "got"),
    [
        (10, 10, 0, 10),  # one thread, alone
        (10, 18, 0, 10),  # two threads, alone: no more than passes
        (10, 5, 5, 5),  # one thread, beside a program as busy
        (10, 10, 10, 5),  # two threads, beside as many
        (10, 0, 0, 0),  # stopped
        (10, 2, 0, 2),  # stopped for most of it, or a system that does not tell what threads waited
    ],
)
def test_what_counts_is_what_the_processor_gave(passed: float, computed: float, waited: float, got: float) -> None:
    assert Machine().go_on(passed, computed, waited) == pytest.approx(got)


def test_it_never_goes_back_when_a_thread_takes_its_waiting_with_it() -> None:
    machine = Machine()
    assert machine.go_on(10, 5, 5) == pytest.approx(5)
    assert machine.go_on(10, 10, -4) == pytest.approx(15)


def test_it_looks_at_the_threads_now_and_then() -> None:
    machine = Machine()
    assert machine.go_on(INTERVAL / 2, INTERVAL / 2) == 0
    assert machine.go_on(INTERVAL, INTERVAL) == pytest.approx(1.5 * INTERVAL)


def test_waiting_is_read_of_all_threads(tmp_path: Path) -> None:
    for thread, told in {"7": "100 1500000000 3", "8": "5 500000000 1"}.items():
        (tmp_path / thread).mkdir()
        (tmp_path / thread / "schedstat").write_text(told)
    (tmp_path / "9").mkdir()  # it has ended
    assert read_waiting(tmp_path) == pytest.approx(2)
    assert read_waiting(tmp_path / "none") == 0
    (tmp_path / "7" / "schedstat").write_text("")
    assert read_waiting(tmp_path) <= 0.5
