"""Run the Keras network itself, in float32, compiled by XLA with its sampling into one loop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.engines.keras_network import build_network, reset_state, set_weights
from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS, Steps
from bot.generation.model import Model
from bot.generation.vocabulary import Ids

prepare_tensorflow()

import tensorflow as tf  # noqa: E402 - reads the environment

Tensor = Any
"""A ``tf.Tensor``; TensorFlow ships no types."""

# Each worker is one thread and the workers fill the processors: threads within an operation would only
# get in each other's way. TensorFlow takes these numbers before its first operation or not at all.
with contextlib.suppress(RuntimeError):  # a process that has trained goes on with the threads it has
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


class TensorFlowCopy:
    """A stateful copy of a model, compiled when it is made (about a second)."""

    engine = "tensorflow"

    def __init__(self, model: Model) -> None:
        self._loops = {rows: _Loop(model, rows) for rows in ROW_COUNTS}
        for loop in self._loops.values():
            loop.compile()
        self._loop = self._loops[ROW_COUNTS[0]]

    def reset(self, rows: int) -> None:
        """See `StatefulCopy.reset`."""
        self._loop = self._loops[rows]
        self._loop.reset()

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], top_n: int, temperature: float) -> Ids:
        """See `StatefulCopy.advance`."""
        return self._loop.advance(forced, uniforms, top_n, temperature)


def probabilities(model: Model, text: Ids) -> npt.NDArray[np.float32]:
    """Return what the model expects after each character of a text, shape (len(text), vocabulary)."""
    network = build_network(model.card, rows=1, steps=1, unroll=True)
    set_weights(network, model.weights, model.card)

    def read(character: Tensor) -> Tensor:
        return tf.nn.softmax(network(character, training=False)[0, 0])

    compiled = _compiled(read, tf.TensorSpec((1, 1), tf.int32))
    return np.stack([compiled(tf.constant(character.reshape(1, 1))).numpy() for character in text])


def _compiled(function: Callable[..., Tensor], *specs: Any) -> Callable[..., Tensor]:  # noqa: ANN401 - the library ships no types
    """Return a function as XLA compiles it, for tensors of these shapes and types: no call ever traces it anew.

    TensorFlow does not look for a trace that fits, either, which takes longer than some characters.
    """
    compiled: Callable[..., Tensor] = tf.function(function, jit_compile=True).get_concrete_function(*specs)
    return compiled


class _Loop:
    """The network at one row count, and the function that advances it by a chunk."""

    def __init__(self, model: Model, rows: int) -> None:
        self._rows = rows
        self._vocabulary_size = len(model.vocabulary)
        self._network = build_network(model.card, rows, steps=1, unroll=True)
        set_weights(self._network, model.weights, model.card)
        self._last = np.zeros(rows, np.int32)
        chunk = (CHUNK, rows)
        self._advance = _compiled(
            self._chunk,
            tf.TensorSpec((rows,), tf.int32),
            tf.TensorSpec(chunk, tf.int32),
            tf.TensorSpec(chunk, tf.float32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((), tf.int32),
            tf.TensorSpec((), tf.float32),
        )

    def compile(self) -> None:
        """Trace and compile by advancing once."""
        shape = (self._rows, CHUNK)
        self.advance(np.zeros(shape, np.int32), np.zeros(shape), 1, 1.0)

    def reset(self) -> None:
        reset_state(self._network)

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], top_n: int, temperature: float) -> Ids:
        steps = Steps(forced, uniforms)
        sampled: Ids = self._advance(
            tf.constant(self._last),
            tf.constant(steps.forced),
            tf.constant(steps.uniforms),
            tf.constant(steps.count),
            tf.constant(min(top_n, self._vocabulary_size)),
            tf.constant(temperature, tf.float32),
        ).numpy()[: steps.count]
        self._last = sampled[-1]
        return sampled.T

    def _chunk(
        self, last: Tensor, forced: Tensor, uniforms: Tensor, steps: Tensor, top_n: Tensor, temperature: Tensor
    ) -> Tensor:
        sampled = tf.TensorArray(tf.int32, CHUNK, element_shape=(self._rows,))

        def advance_one(step: Tensor, last: Tensor, sampled: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            read = tf.where(forced[step] == FREE, last, forced[step])
            logits = self._network(read[:, None], training=False)[:, 0]
            probabilities = tf.nn.softmax(logits / temperature)
            last = sample(probabilities, top_n, uniforms[step])
            return step + 1, last, sampled.write(step, last)

        *_, sampled = tf.while_loop(lambda step, *_: step < steps, advance_one, (0, last, sampled))
        return sampled.stack()


def sample(probabilities: Tensor, top_n: Tensor, uniforms: Tensor) -> Tensor:
    """Sample an id for every row, as `bot.generation.reference.sample` explains it, without sorting.

    Args:
        probabilities: shape (rows, vocabulary), float32.
        top_n: how many of the likeliest ids to keep: a scalar, int32.
        uniforms: random numbers in [0, 1), shape (rows,), float32.

    Returns:
        Ids of shape (rows,), int32.
    """
    ids = tf.range(tf.shape(probabilities)[1])
    mine, others = probabilities[:, :, None], probabilities[:, None, :]
    goes_first = (others > mine) | ((others == mine) & (ids[None, :] < ids[:, None]))
    # Counting ranks costs a comparison for every pair of ids: under XLA that is cheaper than sorting.
    rank = tf.reduce_sum(tf.cast(goes_first, tf.int32), axis=2)
    kept = tf.where(rank < top_n, probabilities, 0.0)
    reached = tf.cumsum(kept, axis=1)
    below = reached <= uniforms[:, None] * reached[:, -1:]
    picked = tf.reduce_sum(tf.cast(below, tf.int32), axis=1)
    last_kept = tf.reduce_max(tf.where(kept > 0, ids, 0), axis=1)
    return tf.minimum(picked, last_kept)
