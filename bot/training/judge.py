"""Measures weights by text that no training step has seen."""

from __future__ import annotations

import math

import keras
import numpy as np

from bot.generation.engines.network import build_network, reset_state, set_weights
from bot.generation.model import Card, Weights
from bot.training.batches import Stream, count_batches

STEPS = 128
LONGEST_ROW = 12_000
"""In characters. Every row starts out knowing nothing, which costs bits: rows are few, and so long."""
MOST_ROWS = 64


class Judge:
    """Bits per character of the held-out text, in a network of its own: the trained one's state stays whole.

    Args:
        stream: the held-out text.
        card: the architecture.
        most: measure at most so many characters, from the start on; 0 for all.
    """

    def __init__(self, stream: Stream, card: Card, most: int = 0) -> None:
        self._card = card
        size = min(len(stream), most) if most else len(stream)
        rows = min(max(size // LONGEST_ROW, 1), MOST_ROWS)
        steps = min(STEPS, (len(stream) - 1) // rows)
        number = max(count_batches(size, rows, steps), 1)
        kept = stream.read(0, number * rows * steps + 1)
        self._inputs, self._targets = (
            part.reshape(rows, number, steps).swapaxes(0, 1) for part in (kept[:-1], kept[1:])
        )
        self._network = build_network(card, rows, steps)
        self._network.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        self.characters = int(self._inputs.size)
        """How many characters are measured."""

    def bits_per_character(self, weights: Weights) -> float:
        """The mean surprise at a held-out character, in bits."""
        set_weights(self._network, weights, self._card)
        reset_state(self._network)
        losses = [float(self._network.test_on_batch(x, y)) for x, y in zip(self._inputs, self._targets, strict=True)]
        return float(np.mean(losses)) / math.log(2)
