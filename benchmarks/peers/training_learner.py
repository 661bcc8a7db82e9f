"""Train with Charla's learner: by its own step, and by Keras's layers."""

from __future__ import annotations

from functools import partial

import numpy as np
import tensorflow as tf

from benchmarks.training_process import EMBEDDING, STEPS, UNITS, VOCABULARY, Step
from bot.generation.card import LSTM, Card, Embedding
from bot.training.options import TrainingOptions
from bot.training.train_step import (
    ChooseNetwork,
    KerasNetwork,
    Learner,
    allow_bfloat16,
    has_bfloat16_hardware,
    use_threads,
)


def charla(rows: int, choose: ChooseNetwork | None = None) -> Step:
    """Return a step of Charla's learner."""
    characters = "".join(chr(0x100 + index) for index in range(VOCABULARY - 1))
    card = Card(characters=characters, layers=(Embedding(size=EMBEDDING), LSTM(units=UNITS)))
    learner = Learner(card, rows, TrainingOptions(steps=STEPS), choose)
    ids = np.random.default_rng(1).integers(0, VOCABULARY, (rows, STEPS + 1), np.int32)
    return partial(learner.train_on_batch, (ids[:, :-1], ids[:, 1:]), 1e-3), rows * STEPS


def keras_layers(rows: int) -> Step:
    """Return a step of the learner by Keras's own layers, in bfloat16 where the processor has it."""
    return charla(rows, _choose_keras)


def _choose_keras(card: Card, rows: int, steps: int) -> tuple[KerasNetwork, str]:
    allow_bfloat16(allowed=has_bfloat16_hardware())
    return KerasNetwork(card, rows, steps), ""


def product(_: int, size: int = 2048) -> Step:
    """Return one large product, whose operations a second no training can pass."""
    use_threads(1)
    matrix = tf.cast(tf.random.normal((size, size)), tf.bfloat16 if has_bfloat16_hardware() else tf.float32)
    multiply = tf.function(lambda: tf.reduce_max(tf.matmul(matrix, matrix)))
    return lambda: float(multiply()), 2.0 * size**3
