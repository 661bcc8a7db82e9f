from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.errors import InvalidInputError
from bot.training.saved_state import TrainingHistory, TrainingState
from tests.support.full_disk import limit_file_size


def a_state() -> TrainingState:
    history = TrainingHistory(epoch=2, batch=3, batches=4, seconds=5.5, best_bits=2.25, curve=[(0.5, 1.0, 3.0, 2.25)])
    weights = {"output.kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}
    best = {"output.kernel": np.ones((2, 3), np.float32)}
    return TrainingState(history, weights, best, {"0": np.asarray(7, np.int64), "1": np.zeros(3, np.float32)})


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    state = a_state()
    state.write(tmp_path / "state")
    read = TrainingState.read(tmp_path / "state")
    assert read.history == state.history
    assert read.history.epochs == 2.75
    assert np.array_equal(read.weights["output.kernel"], state.weights["output.kernel"])
    assert np.array_equal(read.best["output.kernel"], state.best["output.kernel"])
    assert read.optimizer["0"].shape == ()
    assert read.optimizer["0"] == 7


def test_a_write_that_fails_leaves_the_state_before_it(tmp_path: Path) -> None:
    a_state().write(tmp_path / "state")
    with limit_file_size(100), pytest.raises(OSError, match="File too large"):
        a_state().write(tmp_path / "state")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert TrainingState.read(tmp_path / "state").history.epoch == 2


@pytest.mark.parametrize("damage", [b"", b"not a state", None])
def test_a_damaged_state_is_refused_by_name(tmp_path: Path, damage: bytes | None) -> None:
    file = tmp_path / "state"
    if damage is not None:
        file.write_bytes(damage)
    with pytest.raises(InvalidInputError, match="state cannot be read"):
        TrainingState.read(file)
