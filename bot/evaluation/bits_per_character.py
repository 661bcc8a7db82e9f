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
"""Makes what reads with a model's weights that many rows side by side."""

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
    def of(cls, ids: Ids) -> _Rows:
        """Return the text in as many rows as suit its length."""
        rows = min(max(len(ids) // (4 * WARM_UP), 1), MOST_ROWS)
        return cls.cut(ids, rows, STEPS, WARM_UP)

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

    def bits(self, read: Read, say: Callable[[float], None]) -> float:
        """Return the bits that all targets cost together, when the inputs are read."""
        bits = 0.0
        for start in range(0, self.inputs.shape[1], STEPS):
            batch = slice(start, start + STEPS)
            logits = read(self.inputs[:, batch])
            bits += float(_bits(logits, self.targets[:, batch])[self.counted[:, batch]].sum())
            say((start + STEPS) / self.inputs.shape[1])
        return bits


class Ruler:
    """Measures weights by a text, any number of times.

    Args:
        card: the architecture.
        ids: the text, shape (characters,), at least two.

    Raises:
        ValueError: the text is too short to measure anything.
    """

    def __init__(self, card: Card, ids: Ids) -> None:
        _check_length(ids)
        from bot.generation.engines.keras_network import build_network  # noqa: PLC0415 - TensorFlow takes seconds

        self.characters = len(ids) - 1
        """How many characters are measured: all but the first."""
        self._card = card
        self._rows = _Rows.of(ids)
        self._network = build_network(card, len(self._rows.inputs), STEPS)

    def bits_per_character(self, weights: Weights, say: Callable[[float], None] = lambda _: None) -> float:
        """Return the mean of -log2 of the probability that the weights give each character after the first.

        Args:
            weights: what to measure.
            say: told the share that is done, after every batch.
        """
        from bot.generation.engines.keras_network import reset_state, set_weights  # noqa: PLC0415 - imports TensorFlow

        set_weights(self._network, weights, self._card)
        reset_state(self._network)
        return self._rows.bits(self._network.predict_on_batch, say) / self.characters


def keras_reader(model: Model, rows: int) -> Read:
    """Return what reads with the Keras network itself, `STEPS` steps at a call."""
    from bot.generation.engines.keras_network import build_network, set_weights  # noqa: PLC0415 - imports TensorFlow

    network = build_network(model.card, rows, STEPS)
    set_weights(network, model.weights, model.card)
    read: Read = network.predict_on_batch
    return read


def bits_per_character(
    model: Model, text: str, say: Callable[[float], None] = lambda _: None, make_reader: MakeReader = keras_reader
) -> float:
    """Return the bits that `model` needs for `text`, which is all in the model's own characters; see `Ruler`.

    Args:
        model: which one.
        text: what it has not learned.
        say: told the share that is done, now and then.
        make_reader: makes what reads the text.

    Raises:
        ValueError: the text is too short to measure anything.
    """
    ids = model.vocabulary.encode(text)
    _check_length(ids)
    rows = _Rows.of(ids)
    return rows.bits(make_reader(model, len(rows.inputs)), say) / (len(ids) - 1)


def _check_length(ids: Ids) -> None:
    if len(ids) < 2:
        raise ValueError("bits per character: the text needs at least two characters")


def _bits(logits: npt.NDArray[np.float32], targets: Ids) -> npt.NDArray[np.float64]:
    """-log2 of the softmax at the targets, shape (rows, steps)."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    target = np.take_along_axis(shifted, targets[..., None], axis=-1)[..., 0]
    bits: npt.NDArray[np.float64] = (np.log(np.exp(shifted).sum(axis=-1)) - target) / math.log(2)
    return bits
