"""Run a model with TensorFlow: its Keras network, in float32, compiled by XLA with its sampling into one loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.generation.engines.environment import limit_threads, prepare_tensorflow
from bot.generation.engines.keras_network import build_network, reset_state, set_weights
from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS, Steps
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids

prepare_tensorflow()

import tensorflow as tf  # noqa: E402 - reads the environment

Tensor = Any
"""A ``tf.Tensor``; TensorFlow ships no types."""

limit_threads(tf.config.threading)


class TensorFlowCopy:
    """A stateful copy of a model, compiled when it is made (about a second)."""

    engine = "tensorflow"

    def __init__(self, model: Model) -> None:
        self._loops = {rows: _Loop(model, rows) for rows in ROW_COUNTS}
        self._loop = self._loops[ROW_COUNTS[0]]

    def reset(self, rows: int) -> None:
        """See `StatefulCopy.reset`."""
        self._loop = self._loops[rows]
        self._loop.reset()

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        """See `StatefulCopy.advance`."""
        return self._loop.advance(forced, uniforms, sampling)


def compute_probabilities(model: Model, text: Ids) -> npt.NDArray[np.float32]:
    """Compute the probabilities of the next character after each of a text, shape (len(text), vocabulary)."""
    network = build_network(model.card, rows=1, steps=1, unroll=True)
    set_weights(network, model.weights, model.card)

    def read(character: Tensor) -> Tensor:
        return tf.nn.softmax(network(character, training=False)[0, 0])

    compiled = _compile(read, tf.TensorSpec((1, 1), tf.int32))
    return np.stack([compiled(tf.constant(character.reshape(1, 1))).numpy() for character in text])


def _compile(function: Callable[..., Tensor], *specs: Any) -> Callable[..., Tensor]:  # noqa: ANN401 - the library ships no types
    """Compile a function by XLA, for tensors of these shapes and types: no call ever traces it anew.

    Nor does a call look for a trace that fits, which would take as long as several characters.
    """
    compiled: Callable[..., Tensor] = tf.function(function, jit_compile=True).get_concrete_function(*specs)
    return compiled


class _Loop:
    """The network at one row count, and the compiled function that advances it by a chunk."""

    def __init__(self, model: Model, rows: int) -> None:
        self._rows = rows
        self._vocabulary_size = len(model.vocabulary)
        self._network = build_network(model.card, rows, steps=1, unroll=True)
        set_weights(self._network, model.weights, model.card)
        self._last = np.zeros(rows, np.int32)
        self._advance = _compile(
            self._advance_chunk,
            tf.TensorSpec((rows,), tf.int32, "last"),
            tf.TensorSpec((CHUNK, rows), tf.int32, "forced"),
            tf.TensorSpec((CHUNK, rows), tf.float32, "uniforms"),
            tf.TensorSpec((), tf.int32, "steps"),
            tf.TensorSpec((), tf.int32, "top_n"),
            tf.TensorSpec((), tf.float32, "min_p"),
            tf.TensorSpec((), tf.float32, "temperature"),
        )
        # XLA compiles at the first call.
        self.advance(np.zeros((rows, CHUNK), np.int32), np.zeros((rows, CHUNK)), Sampling(1))

    def reset(self) -> None:
        reset_state(self._network)

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        steps = Steps(forced, uniforms)
        sampled: Ids = self._advance(
            tf.constant(self._last),
            tf.constant(steps.forced),
            tf.constant(steps.uniforms),
            tf.constant(steps.count),
            tf.constant(min(sampling.top_n, self._vocabulary_size)),
            tf.constant(sampling.min_p, tf.float32),
            tf.constant(sampling.temperature, tf.float32),
        ).numpy()[: steps.count]
        self._last = sampled[-1]
        return sampled.T

    def _advance_chunk(
        self, last: Tensor, forced: Tensor, uniforms: Tensor, steps: Tensor, *sampling: Tensor
    ) -> Tensor:
        """Build the loop in the graph; all options are tensors, so that no value of theirs compiles it anew."""
        top_n, min_p, temperature = sampling
        sampled = tf.TensorArray(tf.int32, CHUNK, element_shape=(self._rows,))

        def advance_one(step: Tensor, last: Tensor, sampled: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            # Read the seed's id where one is forced, else what was sampled last.
            read = tf.where(forced[step] == FREE, last, forced[step])
            # Advance the network, whose layers keep their state from call to call.
            logits = self._network(read[:, None], training=False)[:, 0]
            # Sample the next id of each row.
            probabilities = tf.nn.softmax(logits / temperature)
            last = sample_by_rank(probabilities, top_n, min_p, uniforms[step])
            return step + 1, last, sampled.write(step, last)

        *_, sampled = tf.while_loop(lambda step, *_: step < steps, advance_one, (0, last, sampled))
        return sampled.stack()


def sample_by_rank(probabilities: Tensor, top_n: Tensor, min_p: Tensor, uniforms: Tensor) -> Tensor:
    """Sample an id for every row, as `bot.generation.reference.sample` explains it, without sorting.

    Args:
        probabilities: shape (rows, vocabulary), float32.
        top_n: how many of the likeliest ids to keep: a scalar, int32.
        min_p: which share of the likeliest one's probability an id needs to be kept: a scalar, float32.
        uniforms: random numbers in [0, 1), shape (rows,), float32.

    Returns:
        Ids of shape (rows,), int32.
    """
    # An id's rank is the number of ids that are likelier, or as likely and lower. Comparing every pair of ids is
    # cheaper under XLA than sorting them.
    ids = tf.range(tf.shape(probabilities)[1])
    mine, others = probabilities[:, :, None], probabilities[:, None, :]
    goes_first = (others > mine) | ((others == mine) & (ids[None, :] < ids[:, None]))
    rank = tf.reduce_sum(tf.cast(goes_first, tf.int32), axis=2)
    # Keep the ids of the lowest ranks, but for those that are too unlikely beside the likeliest.
    likely = probabilities >= min_p * tf.reduce_max(probabilities, axis=1, keepdims=True)
    kept = tf.where((rank < top_n) & likely, probabilities, 0.0)
    # Pick the id at which the sum of what is kept passes the share `uniforms` of all of it.
    reached = tf.cumsum(kept, axis=1)
    below = reached <= uniforms[:, None] * reached[:, -1:]
    picked = tf.reduce_sum(tf.cast(below, tf.int32), axis=1)
    # Rounding may carry u = 0.999… past the last id that is kept.
    last_kept = tf.reduce_max(tf.where(kept > 0, ids, 0), axis=1)
    return tf.minimum(picked, last_kept)
