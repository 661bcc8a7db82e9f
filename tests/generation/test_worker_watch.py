from __future__ import annotations

import time

from bot.generation.worker_watch import WorkerWatch


def test_a_worker_is_overdue_from_its_deadline_until_it_is_done() -> None:
    watch = WorkerWatch(["tiny"])
    now = time.monotonic()
    with watch.busy_until(now + 100):
        assert watch.overdue_seconds() == []
        with watch.busy_until(now - 3):
            assert 3 <= watch.overdue_seconds()[0] < 100
        assert watch.overdue_seconds() == []  # what it did in between is done
    with watch.busy_until(now - 3):
        assert len(watch.overdue_seconds()) == 1
    assert watch.overdue_seconds() == []


def test_a_needed_model_is_missing_while_no_worker_has_a_copy() -> None:
    watch = WorkerWatch(["tiny"])
    for _ in range(2):
        watch.note_copy("tiny")
    watch.note_copy("other")
    watch.note_failure("other")
    watch.note_failure("tiny")
    assert watch.missing_seconds() is None
    watch.note_failure("tiny")
    assert watch.missing_seconds() is not None
    watch.note_copy("tiny")
    assert watch.missing_seconds() is None
    assert watch.replaced == 3


def test_a_copy_that_was_dropped_counts_no_more_and_is_missing_only_if_none_can_be_made() -> None:
    watch = WorkerWatch(["tiny"])
    watch.note_copy("tiny")
    watch.note_dropped("tiny")
    assert watch.replaced == 0
    assert watch.missing_seconds() is None
    watch.note_unmade("tiny")
    assert watch.missing_seconds() is not None
    watch.note_copy("tiny")
    watch.note_failure("tiny")
    assert watch.missing_seconds() is not None
    watch.need(["other"])
    assert watch.missing_seconds() is None, "a model that is not served any more is not missed"
