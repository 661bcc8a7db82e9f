"""Measure the bits per character that a model needs for text it never saw: the cross-entropy, lower is better."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.generation.card import Card
from bot.generation.model import Model, Weights
from bot.generation.vocabulary import Ids

MOST_ROWS = 64
STEPS = 64
Read = Callable[[Ids], npt.NDArray[np.float32]]
"""Reads on, in rows side by side: ids of shape (rows, steps) in, logits of shape (rows, steps, vocabulary) out."""
MakeReader = Callable[[Model, int], Read]
"""Makes what reads that many rows side by side with a model's weights."""

WARM_UP = 256
"""How many characters a row reads before its own. Rows start with an empty state in the middle of the text;
what comes first would cost more there than it does when the whole text is read through."""


@dataclass(frozen=True)
class HeldOutRows:
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
    def cut(cls, ids: Ids) -> HeldOutRows:
        """Cut a text of shape (characters,) into as many rows as suit its length.

        Raises:
            ValueError: the text has fewer than two characters.
        """
        if len(ids) < 2:
            raise ValueError("bits per character: the text needs at least two characters")
        rows = min(max(len(ids) // (4 * WARM_UP), 1), MOST_ROWS)
        own = math.ceil((len(ids) - 1) / rows)
        first = np.arange(rows)[:, None] * own
        width = math.ceil((own + WARM_UP) / STEPS) * STEPS
        index = np.maximum(first - WARM_UP, 0) + np.arange(width)
        counted = (index >= first) & (index < first + own) & (index < len(ids) - 1)
        inside = np.minimum(index, len(ids) - 2)
        return cls(ids[inside], ids[inside + 1], counted)

    @property
    def characters(self) -> int:
        """How many characters are measured: all but the first."""
        return int(self.counted.sum())

    def measure(self, read: Read, on_progress: Callable[[float], None] = lambda _: None) -> float:
        """Return the mean of -log2 of the probability that the reader gives each character after the first."""
        bits = 0.0
        for start in range(0, self.inputs.shape[1], STEPS):
            batch = slice(start, start + STEPS)
            costs = _compute_bits(read(self.inputs[:, batch]), self.targets[:, batch])
            bits += float(costs[self.counted[:, batch]].sum())
            on_progress((start + STEPS) / self.inputs.shape[1])
        return bits / self.characters


class WeightsMeter:
    """Measure weights by one text, any number of times, with one Keras network.

    Args:
        card: the architecture.
        ids: the text, shape (characters,), at least two.
    """

    def __init__(self, card: Card, ids: Ids) -> None:
        from bot.generation.engines.keras_network import build_network  # noqa: PLC0415 - TensorFlow takes seconds

        self._card = card
        self._rows = HeldOutRows.cut(ids)
        self._network = build_network(card, len(self._rows.inputs), STEPS)
        self.characters = self._rows.characters
        """How many characters are measured."""

    def bits_per_character(self, weights: Weights, on_progress: Callable[[float], None] = lambda _: None) -> float:
        """Return the bits per character that the network needs with these weights."""
        from bot.generation.engines.keras_network import reset_state, set_weights  # noqa: PLC0415 - imports TensorFlow

        set_weights(self._network, weights, self._card)
        reset_state(self._network)
        return self._rows.measure(self._network.predict_on_batch, on_progress)


def make_keras_reader(model: Model, rows: int) -> Read:
    """Make what reads with the Keras network itself, `STEPS` steps at a call."""
    from bot.generation.engines.keras_network import build_network, set_weights  # noqa: PLC0415 - imports TensorFlow

    network = build_network(model.card, rows, STEPS)
    set_weights(network, model.weights, model.card)
    read: Read = network.predict_on_batch
    return read


def bits_per_character(
    model: Model,
    text: str,
    on_progress: Callable[[float], None] = lambda _: None,
    make_reader: MakeReader = make_keras_reader,
) -> float:
    """Return the bits per character that a model needs for a text.

    Args:
        model: the model.
        text: what it has not learned, all in the model's own characters.
        on_progress: is called with the share that is done, after every batch.
        make_reader: makes what reads the text.

    Raises:
        ValueError: the text has fewer than two characters.
    """
    rows = HeldOutRows.cut(model.vocabulary.encode(text))
    return rows.measure(make_reader(model, len(rows.inputs)), on_progress)


def _compute_bits(logits: npt.NDArray[np.float32], targets: Ids) -> npt.NDArray[np.float64]:
    """Compute -log2 of the softmax at the targets, shape (rows, steps)."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    target = np.take_along_axis(shifted, targets[..., None], axis=-1)[..., 0]
    bits: npt.NDArray[np.float64] = (np.log(np.exp(shifted).sum(axis=-1)) - target) / math.log(2)
    return bits
