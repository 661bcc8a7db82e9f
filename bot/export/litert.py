"""Converts a model for LiteRT: its network and the loop that samples from it, as one graph with weights of eight bits.

What the graph computes is what `bot.generation.reference` explains, laid out for LiteRT: a kernel that reads the
embedding is a table with a row for each character; gates that share a function lie side by side; and the likeliest
characters are found by sorting, which LiteRT does faster than it counts ranks: only a few where no more are wanted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import ModelError
from bot.generation.card import GRU, LSTM
from bot.generation.conversion import READ, STATE, Conversion, advance_signature
from bot.generation.engines.environment import prepare_tensorflow, silence_stderr
from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS
from bot.generation.model import Model

prepare_tensorflow()

import tensorflow as tf  # noqa: E402 - reads the environment

Tensor = Any
"""A ``tf.Tensor``; TensorFlow ships no types."""
States = list[Tensor]
Array = npt.NDArray[np.float32]

SHORT_SORT = 10
"""Up to this top-n, which is what most requests ask for, only so many ids are sorted: in a tenth less time for all."""


def convert_model(model: Model, *, quantise: bool = True) -> Model:
    """Return the model with a conversion of its weights.

    Args:
        model: any.
        quantise: whether weights take eight bits; without, the graph computes what the model does but for rounding.

    Raises:
        ModelError: TensorFlow's converter fails, as it does where a graph would be larger than 2 GB.
    """
    network = _Network(model)
    signatures = {advance_signature(rows): network.advance_function(rows) for rows in ROW_COUNTS}
    return replace(model, conversion=Conversion(model.fingerprint, _convert(network, signatures, quantise=quantise)))


def convert_reader(model: Model, rows: int) -> bytes:
    """Return a graph that reads a character in each of `rows` rows and gives logits, for measuring.

    `bot.generation.engines.litert.Reader` runs it.

    Raises:
        ModelError: see `convert_model`.
    """
    network = _Network(model)
    return _convert(network, {READ: network.read_function(rows)}, quantise=True)


def _convert(module: tf.Module, signatures: Mapping[str, Any], *, quantise: bool) -> bytes:
    try:
        with tempfile.TemporaryDirectory() as folder, silence_stderr():
            tf.saved_model.save(module, folder, signatures=dict(signatures))
            converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(signatures))
            if quantise:
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            return bytes(converter.convert())
    except Exception as error:  # its converter raises a kind of its own that it does not publish
        raise ModelError(f"TensorFlow cannot convert the model: {error}") from error


class _Network(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    """A model's network, a step at a time, its states in and out."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        weights = model.weights
        self._cells = [
            _cell(layer, {name: weights[f"layers.{n}.{name}"] for name in ("kernel", "recurrent_kernel", "bias")})
            for n, layer in enumerate(model.card.layers)
            if isinstance(layer, LSTM | GRU)
        ]
        first = self._cells[0]
        # In 64 bits, so that every processor rounds to the same table.
        table = weights["layers.0.embeddings"].astype(np.float64) @ first.kernel.numpy() + first.bias.numpy()
        self._table = tf.Variable(table.astype(np.float32))
        self._kernel = tf.Variable(weights["output.kernel"])
        self._bias = tf.Variable(weights["output.bias"])

    def advance_function(self, rows: int) -> Any:  # noqa: ANN401 - the library ships no types
        """Return the function that advances `rows` rows by a chunk, as `StatefulCopy.advance` does."""
        specs = [
            tf.TensorSpec((rows,), tf.int32, "last"),
            tf.TensorSpec((CHUNK, rows), tf.int32, "forced"),
            tf.TensorSpec((CHUNK, rows), tf.float32, "uniforms"),
            tf.TensorSpec((), tf.int32, "steps"),
            tf.TensorSpec((), tf.int32, "top_n"),
            tf.TensorSpec((), tf.float32, "temperature"),
        ]
        return tf.function(self._advance).get_concrete_function(*specs, *self._state_specs(rows))

    def read_function(self, rows: int) -> Any:  # noqa: ANN401 - the library ships no types
        """Return the function that reads a character in each of `rows` rows."""

        def read(ids: Tensor, *states: Tensor) -> dict[str, Tensor]:
            logits, new = self._step(ids, list(states))
            return {"logits": logits, **_named(new)}

        return tf.function(read).get_concrete_function(
            tf.TensorSpec((rows,), tf.int32, "ids"), *self._state_specs(rows)
        )

    def _state_specs(self, rows: int) -> list[Any]:
        sizes = [cell.units for cell in self._cells for _ in range(cell.states)]
        return [tf.TensorSpec((rows, size), tf.float32, f"{STATE}{n}") for n, size in enumerate(sizes)]

    def _advance(
        self,
        last: Tensor,
        forced: Tensor,
        uniforms: Tensor,
        steps: Tensor,
        top_n: Tensor,
        temperature: Tensor,
        *states: Tensor,
    ) -> dict[str, Tensor]:
        everything = self._bias.shape[0]
        places = tf.range(CHUNK)[:, None]

        def advance_sorting(most: int) -> tuple[Tensor, States]:
            stays = tf.cast(tf.range(most) < top_n, tf.float32)

            def advance_one(step: Tensor, last: Tensor, states: States, sampled: Tensor) -> tuple[Any, ...]:
                given = tf.gather(forced, step)
                logits, states = self._step(tf.where(given == FREE, last, given), states)
                last = sample(tf.nn.softmax(logits / temperature), stays, tf.gather(uniforms, step))
                return step + 1, last, states, tf.where(places == step, last, sampled)

            start = (0, last, list(states), tf.zeros_like(forced))
            *_, new, sampled = tf.while_loop(lambda step, *_: step < steps, advance_one, start)
            return sampled, new

        few = min(SHORT_SORT, everything)
        sampled, new = tf.cond(top_n <= few, lambda: advance_sorting(few), lambda: advance_sorting(everything))
        return {"sampled": sampled, **_named(new)}

    def _step(self, ids: Tensor, states: States) -> tuple[Tensor, States]:
        """Read an id in each row: the logits of the next one, and the new states."""
        x = tf.gather(self._table, ids)
        new: States = []
        for cell in self._cells:
            if new:  # x is what the layer below put out
                x = tf.matmul(x, cell.kernel) + cell.bias
            new += cell.step(x, *states[len(new) : len(new) + cell.states])
            x = new[-cell.states]
        return tf.matmul(x, self._kernel) + self._bias, new


def _named(states: States) -> dict[str, Tensor]:
    return {f"{STATE}{n}": state for n, state in enumerate(states)}


class _LSTMCell(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    states = 2
    """h and c."""

    def __init__(self, layer: LSTM, weights: Mapping[str, Array]) -> None:
        super().__init__()
        self.units = layer.units
        self._gate = GATES[layer.recurrent_activation]
        kernel, recurrent, bias = (_gates_first(weights[name]) for name in ("kernel", "recurrent_kernel", "bias"))
        self.kernel, self.bias, self._recurrent = tf.Variable(kernel), tf.Variable(bias), tf.Variable(recurrent)

    def step(self, x: Tensor, h: Tensor, c: Tensor) -> States:
        """`reference.lstm`; x is the product with the kernel already."""
        units = self.units
        z = x + tf.matmul(h, self._recurrent)
        gates = self._gate(z[:, : 3 * units])
        admit, forget, expose = gates[:, :units], gates[:, units : 2 * units], gates[:, 2 * units :]
        c = forget * c + admit * tf.tanh(z[:, 3 * units :])
        return [expose * tf.tanh(c), c]


def _gates_first(weight: Array) -> Array:
    """Keras's order is input, forget, candidate, output: here the three gates lie side by side."""
    admit, forget, candidate, expose = np.split(weight, 4, axis=-1)
    return np.concatenate([admit, forget, expose, candidate], axis=-1)


class _GRUCell(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    states = 1
    """h."""

    def __init__(self, layer: GRU, weights: Mapping[str, Array]) -> None:
        super().__init__()
        self.units = layer.units
        self._gate = GATES[layer.recurrent_activation]
        self._reset_after = layer.reset_after
        bias, recurrent = weights["bias"], weights["recurrent_kernel"]
        self.kernel = tf.Variable(weights["kernel"])
        self.bias = tf.Variable(bias[0] if layer.reset_after else bias)
        if layer.reset_after:
            self._recurrent, self._recurrent_bias = tf.Variable(recurrent), tf.Variable(bias[1])
        else:
            self._recurrent = tf.Variable(recurrent[:, : 2 * layer.units])
            self._candidate = tf.Variable(recurrent[:, 2 * layer.units :])

    def step(self, x: Tensor, h: Tensor) -> States:
        """`reference.gru`; x is the product with the kernel already."""
        units = self.units
        recurrent = tf.matmul(h, self._recurrent)
        if self._reset_after:
            recurrent += self._recurrent_bias
        gates = self._gate(x[:, : 2 * units] + recurrent[:, : 2 * units])
        keep, reset = gates[:, :units], gates[:, units:]
        remembered = reset * recurrent[:, 2 * units :] if self._reset_after else tf.matmul(reset * h, self._candidate)
        return [keep * h + (1 - keep) * tf.tanh(x[:, 2 * units :] + remembered)]


def _cell(layer: LSTM | GRU, weights: Mapping[str, Array]) -> _LSTMCell | _GRUCell:
    return _LSTMCell(layer, weights) if isinstance(layer, LSTM) else _GRUCell(layer, weights)


GATES: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": tf.sigmoid,
    "hard_sigmoid": lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
    "hard_sigmoid_keras3": lambda x: tf.nn.relu6(x + 3.0) / 6.0,
}
"""By their names in `bot.generation.card.GateActivation`."""


def sample(probabilities: Tensor, stays: Tensor, uniforms: Tensor) -> Tensor:
    """Sample an id for every row, as `bot.generation.reference.sample_top_n` explains it.

    Args:
        probabilities: shape (rows, vocabulary), float32.
        stays: for the likeliest ids, in that order, 1 for those to keep and 0 for others: shape (sorted,), float32.
        uniforms: random numbers in [0, 1), shape (rows,), float32.

    Returns:
        Ids of shape (rows,), int32.
    """
    rows, size = probabilities.shape
    # Of equal values the sort puts the lower id first. What stays goes back to its own place, among zeros.
    values, ids = tf.math.top_k(probabilities, stays.shape[0])
    places = ids + tf.range(rows)[:, None] * size
    kept = tf.scatter_nd(tf.reshape(places, [-1, 1]), tf.reshape(values * stays, [-1]), [rows * size])
    reached = tf.cumsum(tf.reshape(kept, [rows, size]), axis=1)
    # A float32 below 1 times the sum is below the sum, and the sum never falls: no id is picked that did not stay.
    below = reached <= uniforms[:, None] * reached[:, -1:]
    return tf.reduce_sum(tf.cast(below, tf.int32), axis=1)
