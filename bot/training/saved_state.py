"""Save a training's state in one file, so that it can be resumed however it ended."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from bot.errors import InvalidInputError
from bot.generation.atomic_files import private_files
from bot.generation.model import Weights

Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(slots=True)
class TrainingHistory:
    """How far a training has come, and how well it predicted on the way.

    Attributes:
        epoch: passes over the text that are over.
        batch: batches of the pass under way that are over.
        batches: how many a pass has.
        seconds: time that the training got of the processor, evaluations included.
        best_bits: the lowest held-out bits per character so far.
        since_best: evaluations since then.
        rate: what the schedule's learning rate is multiplied by; falls when the training steps back.
        curve: at every evaluation: minutes, epochs, bits per character in training and held out.
    """

    epoch: int = 0
    batch: int = 0
    batches: int = 1
    seconds: float = 0.0
    best_bits: float = math.inf
    since_best: int = 0
    rate: float = 1.0
    curve: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def epochs(self) -> float:
        """Passes over the text so far, the one under way counted in part."""
        return self.epoch + self.batch / self.batches

    def held_out_curve(self) -> list[tuple[float, float]]:
        """Return minutes and held-out bits per character at every evaluation."""
        return [(minutes, bits) for minutes, _, _, bits in self.curve if math.isfinite(bits)]


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that a training needs to go on.

    Attributes:
        history: how far it has come.
        weights: as they are now.
        best: as they were at the best evaluation; the same as `weights` before the first.
        optimizer: the optimizer's own numbers.
    """

    history: TrainingHistory
    weights: Weights
    best: Weights
    optimizer: Arrays

    def write(self, path: Path) -> None:
        """Write the state to a file: all of it, or the file that was there stays.

        Raises:
            OSError: there is no room on the disk.
        """
        parts = {"weights": self.weights, "best": self.best, "optimizer": self.optimizer}
        arrays = {
            f"{part}/{name}": np.asarray(array, order="C")
            for part, some in parts.items()
            for name, array in some.items()
        }
        draft = path.with_name(f".{path.name}.draft")
        try:
            with private_files():
                save_file(arrays, draft, metadata={"course": json.dumps(asdict(self.history))})
            draft.replace(path)
        except SafetensorError as error:
            raise OSError(f"{path} cannot be written: {error}") from error
        finally:
            draft.unlink(missing_ok=True)

    @classmethod
    def read(cls, path: Path) -> TrainingState:
        """Read what `write` wrote.

        Raises:
            InvalidInputError: the file is missing or damaged.
        """
        parts: dict[str, Arrays] = {"weights": {}, "best": {}, "optimizer": {}}
        try:
            with safe_open(os.fspath(path), framework="numpy") as file:
                history = TrainingHistory(**json.loads(file.metadata()["course"]))
                for key in file.keys():  # noqa: SIM118 - it is no dictionary
                    part, _, name = key.partition("/")
                    parts[part][name] = file.get_tensor(key)
        except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"{path} cannot be read: {error}") from error
        history.curve = [(point[0], point[1], point[2], point[3]) for point in history.curve]
        return cls(history, parts["weights"], parts["best"], parts["optimizer"])  # type: ignore[arg-type]
