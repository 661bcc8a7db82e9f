"""Describe how far a training is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.errors import CharlaError


class NothingLearnedError(CharlaError):
    """A training that came to nothing: nothing of it can be resumed."""


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training is.

    Attributes:
        epochs: passes over the text so far.
        seconds: what the training got of the processor so far, see `training_clock`.
        done: the share of the budget used up, 0 to 1.
        seconds_left: how many more of those it may need; infinite before there is an estimate.
        training_bits: bits per character of the batches between evaluations, with dropout; NaN before the first.
        held_out_bits: bits per character of the held-out text at the last evaluation; infinite before it.
        best_bits: the lowest of those so far.
        evaluations: how many there were.
        sample: what the network wrote after the last of them.
    """

    epochs: float
    seconds: float
    done: float
    seconds_left: float
    training_bits: float
    held_out_bits: float
    best_bits: float
    evaluations: int
    sample: str


def format_duration(seconds: float) -> str:
    """Write seconds in the unit that a person would use."""
    if not math.isfinite(seconds):
        return "some time"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
