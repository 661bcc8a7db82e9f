"""How many bits per character a model needs for text it never saw: the cross-entropy, lower is better."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.generation.model import Model
from bot.generation.vocabulary import Ids

ROWS = 64
STEPS = 64
WARM_UP = 256
"""How many characters a row reads before its own. Rows start with an empty state in the middle of the text;
what comes first would cost more there than it does when the whole text is read through."""


@dataclass(frozen=True)
class _Rows:
    """A text cut into rows that are read side by side.

    Attributes:
        inputs: shape (rows, steps of all batches together).
        targets: what follows each of them, same shape.
        counted: whether the target is this row's own to measure, same shape; each target counts in one row.
    """

    inputs: Ids
    targets: Ids
    counted: npt.NDArray[np.bool_]

    @classmethod
    def cut(cls, ids: Ids, rows: int, steps: int, warm_up: int) -> _Rows:
        own = math.ceil((len(ids) - 1) / rows)
        first = np.arange(rows)[:, None] * own
        start = np.maximum(first - warm_up, 0)
        width = math.ceil((own + warm_up) / steps) * steps
        place = start + np.arange(width)
        counted = (place >= first) & (place < first + own) & (place < len(ids) - 1)
        inside = np.minimum(place, len(ids) - 2)
        return cls(ids[inside], ids[inside + 1], counted)


def bits_per_character(model: Model, text: str, say: Callable[[float], None] = lambda _: None) -> float:
    """The mean of -log2 of the probability that the model gives each character of `text` after its first.

    Args:
        model: the model to measure.
        text: all of it in the model's own characters, at least two.
        say: told the share that is done, after every batch.

    Raises:
        ValueError: the text is too short to measure anything.
    """
    ids = model.vocabulary.encode(text)
    if len(ids) < 2:
        raise ValueError("bits per character: the text needs at least two characters")
    rows = _Rows.cut(ids, ROWS, STEPS, WARM_UP)
    network = _network(model)
    bits = 0.0
    for start in range(0, rows.inputs.shape[1], STEPS):
        batch = slice(start, start + STEPS)
        logits = network.predict_on_batch(rows.inputs[:, batch])
        bits += float(_bits(logits, rows.targets[:, batch])[rows.counted[:, batch]].sum())
        say((start + STEPS) / rows.inputs.shape[1])
    return bits / (len(ids) - 1)


def _network(model: Model) -> Any:  # noqa: ANN401 - Keras ships no types
    from bot.generation.engines.network import build_network, set_weights  # noqa: PLC0415 - TensorFlow takes seconds

    network = build_network(model.card, ROWS, STEPS)
    set_weights(network, model.weights, model.card)
    return network


def _bits(logits: npt.NDArray[np.float32], targets: Ids) -> npt.NDArray[np.float64]:
    """-log2 of the softmax at the targets, shape (rows, steps)."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    target = np.take_along_axis(shifted, targets[..., None], axis=-1)[..., 0]
    bits: npt.NDArray[np.float64] = (np.log(np.exp(shifted).sum(axis=-1)) - target) / math.log(2)
    return bits
