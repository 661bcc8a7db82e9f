"""Convert a model for LiteRT: its network and the loop that samples from it, as one graph with weights of eight bits.

The graph computes what `bot.generation.reference` explains, laid out for LiteRT: the kernel that reads the embedding is
a table with a row for each character, gates that share a function lie side by side, and the likeliest characters are
found by sorting, which LiteRT does faster than it counts ranks.
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
"""How many ids are sorted for a top-n up to this, which most requests ask for: writing takes a tenth less time."""


def convert_model(model: Model, *, quantise: bool = True) -> Model:
    """Return the model with a conversion for LiteRT.

    Args:
        model: the model to convert.
        quantise: whether to store the weights in eight bits; else the graph computes what the model does but rounding.

    Raises:
        ModelError: TensorFlow's converter fails, as it does where a graph would be larger than 2 GB.
    """
    network = _Network(model)
    signatures = {advance_signature(rows): network.advance_function(rows) for rows in ROW_COUNTS}
    return replace(
        model, conversion=Conversion(model.fingerprint, _run_converter(network, signatures, quantise=quantise))
    )


def convert_reader(model: Model, rows: int) -> bytes:
    """Return a graph that reads a character in each of `rows` rows and returns logits, for measuring.

    `bot.generation.engines.litert.Reader` runs it.

    Raises:
        ModelError: see `convert_model`.
    """
    network = _Network(model)
    return _run_converter(network, {READ: network.read_function(rows)}, quantise=True)


def _run_converter(module: tf.Module, signatures: Mapping[str, Any], *, quantise: bool) -> bytes:
    try:
        with tempfile.TemporaryDirectory() as folder, silence_stderr():
            tf.saved_model.save(module, folder, signatures=dict(signatures))
            converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(signatures))
            if quantise:
                converter.optimizations = [tf.lite.Optimize.DEFAULT]
            return bytes(converter.convert())
    except Exception as error:  # the converter's own kind of exception is not public
        raise ModelError(f"TensorFlow cannot convert the model: {error}") from error


class _Network(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    """A model's network and its sampling as functions; the recurrent states are passed in and returned."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        weights = model.weights
        self._cells = [
            _make_cell(layer, {name: weights[f"layers.{n}.{name}"] for name in ("kernel", "recurrent_kernel", "bias")})
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
        """Return the function that advances `rows` rows by a chunk; see `StatefulCopy.advance`."""
        specs = [
            tf.TensorSpec((rows,), tf.int32, "last"),
            tf.TensorSpec((CHUNK, rows), tf.int32, "forced"),
            tf.TensorSpec((CHUNK, rows), tf.float32, "uniforms"),
            tf.TensorSpec((), tf.int32, "steps"),
            tf.TensorSpec((), tf.int32, "top_n"),
            tf.TensorSpec((), tf.float32, "min_p"),
            tf.TensorSpec((), tf.float32, "temperature"),
        ]
        return tf.function(self._advance_chunk).get_concrete_function(*specs, *self._state_specs(rows))

    def read_function(self, rows: int) -> Any:  # noqa: ANN401 - the library ships no types
        """Return the function that reads a character in each of `rows` rows."""

        def read(ids: Tensor, *states: Tensor) -> dict[str, Tensor]:
            logits, new = self._step(ids, list(states))
            return {"logits": logits, **_name_states(new)}

        return tf.function(read).get_concrete_function(
            tf.TensorSpec((rows,), tf.int32, "ids"), *self._state_specs(rows)
        )

    def _state_specs(self, rows: int) -> list[Any]:
        sizes = [cell.units for cell in self._cells for _ in range(cell.states)]
        return [tf.TensorSpec((rows, size), tf.float32, f"{STATE}{n}") for n, size in enumerate(sizes)]

    def _advance_chunk(
        self, last: Tensor, forced: Tensor, uniforms: Tensor, steps: Tensor, *others: Tensor
    ) -> dict[str, Tensor]:
        top_n, min_p, temperature, *states = others
        step_numbers = tf.range(CHUNK)[:, None]

        def advance_sorting(most: int) -> tuple[Tensor, States]:
            """Advance by a chunk; the `most` likeliest ids are sorted at each step, or none where it is 0."""
            keep = tf.cast(tf.range(most) < top_n, tf.float32)

            def advance_one(step: Tensor, last: Tensor, states: States, sampled: Tensor) -> tuple[Any, ...]:
                # Read the seed's id where one is forced, else what was sampled last.
                forced_ids = tf.gather(forced, step)
                logits, states = self._step(tf.where(forced_ids == FREE, last, forced_ids), states)
                # Sample the next id of each row, and write it into the row of this step.
                probabilities = tf.nn.softmax(logits / temperature)
                kept = cut_unlikely(keep_likeliest(probabilities, keep) if most else probabilities, min_p)
                last = sample_from(kept, tf.gather(uniforms, step))
                return step + 1, last, states, tf.where(step_numbers == step, last, sampled)

            start = (0, last, list(states), tf.zeros_like(forced))
            *_, new, sampled = tf.while_loop(lambda step, *_: step < steps, advance_one, start)
            return sampled, new

        # Three loops in the graph: how many ids a step sorts has to be fixed when the graph is built.
        vocabulary_size = self._bias.shape[0]
        few = min(SHORT_SORT, vocabulary_size)
        sampled, new = tf.cond(
            top_n >= vocabulary_size,
            lambda: advance_sorting(0),
            lambda: tf.cond(top_n <= few, lambda: advance_sorting(few), lambda: advance_sorting(vocabulary_size)),
        )
        return {"sampled": sampled, **_name_states(new)}

    def _step(self, ids: Tensor, states: States) -> tuple[Tensor, States]:
        """Read an id in each row; return the logits of the next one, and the new states."""
        x = tf.gather(self._table, ids)
        new: States = []
        for cell in self._cells:
            if new:  # x is the output of the layer below; the first layer's table holds the product already
                x = tf.matmul(x, cell.kernel) + cell.bias
            new += cell.step(x, *states[len(new) : len(new) + cell.states])
            x = new[-cell.states]
        return tf.matmul(x, self._kernel) + self._bias, new


def _name_states(states: States) -> dict[str, Tensor]:
    return {f"{STATE}{n}": state for n, state in enumerate(states)}


class _LSTMCell(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    states = 2
    """The output h and the memory c."""

    def __init__(self, layer: LSTM, weights: Mapping[str, Array]) -> None:
        super().__init__()
        self.units = layer.units
        self._gate = GATES[layer.recurrent_activation]
        kernel, recurrent, bias = (_gates_first(weights[name]) for name in ("kernel", "recurrent_kernel", "bias"))
        self.kernel, self.bias, self._recurrent = tf.Variable(kernel), tf.Variable(bias), tf.Variable(recurrent)

    def step(self, x: Tensor, h: Tensor, c: Tensor) -> States:
        """Advance as `reference.lstm` does; x is the product with the kernel already."""
        units = self.units
        z = x + tf.matmul(h, self._recurrent)
        gates = self._gate(z[:, : 3 * units])
        admit, forget, expose = gates[:, :units], gates[:, units : 2 * units], gates[:, 2 * units :]
        c = forget * c + admit * tf.tanh(z[:, 3 * units :])
        return [expose * tf.tanh(c), c]


def _gates_first(weight: Array) -> Array:
    """Bring Keras's order (input, forget, candidate, output) into one where the three gates lie side by side."""
    admit, forget, candidate, expose = np.split(weight, 4, axis=-1)
    return np.concatenate([admit, forget, expose, candidate], axis=-1)


class _GRUCell(tf.Module):  # type: ignore[misc]  # TensorFlow ships no types
    states = 1
    """The output h."""

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
        """Advance as `reference.gru` does; x is the product with the kernel already."""
        units = self.units
        recurrent = tf.matmul(h, self._recurrent)
        if self._reset_after:
            recurrent += self._recurrent_bias
        gates = self._gate(x[:, : 2 * units] + recurrent[:, : 2 * units])
        keep, reset = gates[:, :units], gates[:, units:]
        remembered = reset * recurrent[:, 2 * units :] if self._reset_after else tf.matmul(reset * h, self._candidate)
        return [keep * h + (1 - keep) * tf.tanh(x[:, 2 * units :] + remembered)]


def _make_cell(layer: LSTM | GRU, weights: Mapping[str, Array]) -> _LSTMCell | _GRUCell:
    return _LSTMCell(layer, weights) if isinstance(layer, LSTM) else _GRUCell(layer, weights)


GATES: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": tf.sigmoid,
    "hard_sigmoid": lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
    "hard_sigmoid_keras3": lambda x: tf.nn.relu6(x + 3.0) / 6.0,
}
"""The functions of gates, by their names in `bot.generation.card.GateActivation`."""


def keep_likeliest(probabilities: Tensor, keep: Tensor) -> Tensor:
    """Return the probabilities of the likeliest ids, and 0 for the others: shape (rows, vocabulary).

    Args:
        probabilities: shape (rows, vocabulary), float32.
        keep: 1 for each of the likeliest ids to keep, in their order, then 0: shape (sorted,), float32.
    """
    rows, size = probabilities.shape
    # Find the likeliest ids; of equal values the sort puts the lower id first.
    values, ids = tf.math.top_k(probabilities, keep.shape[0])
    # Put the probabilities to keep back to their ids, among zeros.
    indices = ids + tf.range(rows)[:, None] * size
    kept = tf.scatter_nd(tf.reshape(indices, [-1, 1]), tf.reshape(values * keep, [-1]), [rows * size])
    return tf.reshape(kept, [rows, size])


def cut_unlikely(probabilities: Tensor, min_p: Tensor) -> Tensor:
    """Return the probabilities with 0 for those that are less than `min_p` times their row's largest."""
    least = min_p * tf.reduce_max(probabilities, axis=1, keepdims=True)
    return probabilities * tf.cast(probabilities >= least, tf.float32)


def sample_from(kept: Tensor, uniforms: Tensor) -> Tensor:
    """Sample an id for every row, as `bot.generation.reference.sample` explains it.

    Args:
        kept: the probabilities of the ids that are kept, 0 for the others, shape (rows, vocabulary), float32.
        uniforms: random numbers in [0, 1), shape (rows,), float32.

    Returns:
        Ids of shape (rows,), int32.
    """
    # Pick the id at which the sum of what is kept passes the share `uniforms` of all of it. A float32 below 1 times
    # the sum is below the sum, and the sum never falls: so the id is one that is kept.
    reached = tf.cumsum(kept, axis=1)
    below = reached <= uniforms[:, None] * reached[:, -1:]
    return tf.reduce_sum(tf.cast(below, tf.int32), axis=1)
