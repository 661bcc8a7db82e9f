"""Lay a card's network out for training: one product over all steps where that is possible, each step's gates fused.

Keras's own recurrent layers walk over a batch step by step with a dozen small operations each, and add up the gradient
of the recurrent kernel once a step. Here a step is one product and one fused operation, and everything that does not
depend on the step before (the input's product, the gradients of both kernels, the output layer) is one product over
all steps. `tests/training/test_fused_network.py` holds loss and gradients against the Keras network.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.generation.card import GRU, LSTM, Card, Dropout, Embedding, GateActivation, weight_shapes
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.model import Weights

prepare_tensorflow(onednn=True)

import keras  # noqa: E402 - reads the environment
import tensorflow as tf  # noqa: E402 - reads the environment

from bot.generation.engines.keras_network import build_network, get_weights  # noqa: E402 - imports Keras

OUTPUT_WIDTH = 64
"""The output layer's product is padded to a multiple of so many columns: odd widths run at a tenth of the speed."""

Tensors = tuple[tf.Tensor, ...]
States = dict[int, list[tf.Variable]]
"""The recurrent layers' states, by the layer's index."""


def is_supported(card: Card) -> bool:
    """Return whether all of a card's layers can be laid out: a GRU that resets before its product cannot."""
    return all(layer.reset_after for layer in card.layers if isinstance(layer, GRU))


class FusedNetwork:
    """A stateful network for training, with its weights.

    Args:
        card: the architecture; `is_supported` must hold.
        rows: how many rows are read side by side.
        steps: how many characters of each row are read at once.
        dtype: what products are computed in: float32 or bfloat16. Sums, states and weights are float32.
        parts: the rows are split into so many equal parts, which are computed side by side, a processor each.

    Attributes:
        variables: the weights as Keras variables, by their names in a model folder.
    """

    def __init__(self, card: Card, rows: int, steps: int, dtype: tf.DType = tf.float32, parts: int = 1) -> None:
        self._card, self._dtype = card, dtype
        first = get_weights(build_network(card, 1, 1), card)  # freshly initialised, as Keras does it
        self.variables = {name: keras.Variable(array, name=name) for name, array in first.items()}
        self._recurrences = {
            index: _Recurrence(_choose_cell(layer), steps, dtype)
            for index, layer in enumerate(card.layers)
            if isinstance(layer, LSTM | GRU)
        }
        self._states = [
            {
                index: [tf.Variable(tf.zeros((rows // parts, layer.units))) for _ in range(1 + isinstance(layer, LSTM))]
                for index, layer in enumerate(card.layers)
                if isinstance(layer, LSTM | GRU)
            }
            for _ in range(parts)
        ]

    @property
    def weights(self) -> Weights:
        """The weights, by their names in a model folder."""
        return {name: variable.numpy() for name, variable in self.variables.items()}

    @weights.setter
    def weights(self, weights: Weights) -> None:
        for name in weight_shapes(self._card):
            self.variables[name].assign(weights[name])

    def reset_state(self) -> None:
        """Set the recurrent state back to having read nothing."""
        for state in tf.nest.flatten(self._states):
            state.assign(tf.zeros_like(state))

    def compute_gradients(
        self, ids: tf.Tensor, targets: tf.Tensor, kept: float = 1.0
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Read a batch and go on from the state that it leaves; return the loss and its gradients.

        Args:
            ids: what to read, shape (rows, steps).
            targets: the id that follows each of them, same shape.
            kept: the share of the recurrent weights that take part; the others are silenced for this batch.

        Returns:
            The mean cross-entropy in nats, and by each weight's name the gradient: it reaches back to the start of
            the batch, not further.
        """
        weights = {name: tf.convert_to_tensor(variable.value) for name, variable in self.variables.items()}
        # Silenced weights take no part in this batch, and do not change by it.
        masks = draw_masks(weights, kept)
        weights |= {name: weights[name] * mask for name, mask in masks.items()}
        parts = len(self._states)
        # Nothing of one part's depends on another's until the gradients are added up: TensorFlow runs them at once.
        batches = zip(self._states, tf.split(ids, parts), tf.split(targets, parts), strict=True)
        losses, by_part = zip(*(self._read_part(weights, *batch) for batch in batches), strict=True)
        gradients = {name: tf.add_n([part[name] for part in by_part]) / parts for name in weights}
        gradients |= {name: gradients[name] * mask for name, mask in masks.items()}
        return tf.add_n(losses) / parts, gradients

    def _read_part(
        self, weights: dict[str, tf.Tensor], states: States, ids: tf.Tensor, targets: tf.Tensor
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            logits = self._compute_logits(self._read(ids, weights, states), weights)
            ordered = tf.reshape(tf.transpose(targets), [-1])
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(ordered, logits))
        gradients: dict[str, tf.Tensor] = tape.gradient(loss, weights)
        return loss, gradients

    def _read(self, ids: tf.Tensor, weights: dict[str, tf.Tensor], states: States) -> tf.Tensor:
        """Return the last layer's outputs, shape (steps x rows, size), step by step."""
        vectors = _Vectors(None, tf.transpose(ids))
        for index, layer in enumerate(self._card.layers):
            part = {name.rpartition(".")[2]: array for name, array in weights.items() if _layer_of(name) == index}
            if isinstance(layer, Embedding):
                vectors = _Vectors(tf.cast(part["embeddings"], self._dtype), vectors.chosen)
            elif isinstance(layer, Dropout):
                vectors = _Vectors(tf.nn.dropout(vectors.spell_out(), layer.rate)) if layer.rate else vectors
            else:
                vectors = _Vectors(self._read_recurrent(index, vectors, part, states[index]))
        outputs = vectors.spell_out()
        return tf.reshape(outputs, (-1, outputs.shape[-1]))

    def _read_recurrent(
        self, index: int, inputs: _Vectors, part: dict[str, tf.Tensor], states: list[tf.Variable]
    ) -> tf.Tensor:
        # The input's product, for all steps at once; after an embedding, for all characters there are.
        products = _Vectors(tf.tensordot(inputs.values, tf.cast(part["kernel"], self._dtype), 1), inputs.chosen)
        # The steps, one after the other, from the state that the batch before left.
        outputs, *last = self._recurrences[index](
            products, part["recurrent_kernel"], part["bias"], tuple(state.read_value() for state in states)
        )
        for state, value in zip(states, last, strict=True):
            state.assign(value)
        return outputs

    def _compute_logits(self, outputs: tf.Tensor, weights: dict[str, tf.Tensor]) -> tf.Tensor:
        kernel = weights["output.kernel"]
        width = len(self._card.vocabulary)
        padded = tf.pad(kernel, [[0, 0], [0, math.ceil(width / OUTPUT_WIDTH) * OUTPUT_WIDTH - width]])
        product = tf.matmul(outputs, tf.cast(padded, self._dtype))
        return tf.cast(product[:, :width], tf.float32) + weights["output.bias"]


def _layer_of(name: str) -> int:
    """Return the index of the layer that a weight belongs to; -1 for the output layer's."""
    return int(name.split(".")[1]) if name.startswith("layers.") else -1


@dataclass(frozen=True)
class _Vectors:
    """A vector for each step and row.

    Attributes:
        values: shape (steps, rows, size); or, where `chosen` is given, (vectors there are, size).
        chosen: which of the vectors stands at each step and row, shape (steps, rows).
    """

    values: tf.Tensor
    chosen: tf.Tensor | None = None

    def spell_out(self) -> tf.Tensor:
        """Return the vectors, shape (steps, rows, size)."""
        return self.values if self.chosen is None else tf.gather(self.values, self.chosen)

    def name_step(self, step: int) -> tf.Tensor:
        """Return what picks a step's vectors out of `values`."""
        return tf.constant(step) if self.chosen is None else self.chosen[step]

    def add_up(self, gradients: tf.Tensor) -> tf.Tensor:
        """Return the gradients of `values`, given those of the vectors, shape (steps, rows, size)."""
        if self.chosen is None:
            return gradients
        # Adding up what belongs to one vector is a product with columns of zeros and ones.
        columns = tf.one_hot(tf.reshape(self.chosen, [-1]), self.values.shape[0], dtype=gradients.dtype)
        return tf.matmul(columns, tf.reshape(gradients, (-1, gradients.shape[-1])), transpose_a=True)


def draw_masks(weights: Mapping[str, tf.Tensor], kept: float) -> dict[str, tf.Tensor]:
    """Draw what recurrent weights are multiplied by for one batch: 0 for a share of them, 1 / `kept` for the others.

    Source: S. Merity, N. S. Keskar, R. Socher, Regularizing and optimizing LSTM language models, ICLR 2018.
    """
    if kept == 1:
        return {}
    return {
        name: tf.nn.dropout(tf.ones(array.shape), 1 - kept)
        for name, array in weights.items()
        if name.endswith("recurrent_kernel")
    }


@dataclass(frozen=True)
class _Gate:
    """An activation between 0 and 1, and its slope, told from the value that it gave."""

    apply: Callable[[tf.Tensor], tf.Tensor]
    slope: Callable[[tf.Tensor], tf.Tensor]


def _slope_between_bounds(slope: float) -> Callable[[tf.Tensor], tf.Tensor]:
    return lambda value: tf.where((value > 0) & (value < 1), slope, 0.0)


_GATES: dict[GateActivation, _Gate] = {
    "sigmoid": _Gate(tf.sigmoid, lambda value: value * (1 - value)),
    "hard_sigmoid": _Gate(lambda x: tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0), _slope_between_bounds(0.2)),
    "hard_sigmoid_keras3": _Gate(lambda x: tf.nn.relu6(x + 3) / 6, _slope_between_bounds(1 / 6)),
}


class _Cell(Protocol):
    """A recurrent layer's step behind its two products, and the way back through it; both in float32."""

    def advance(
        self, inputs: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, states: Tensors
    ) -> tuple[Tensors, Tensors]:
        """Return the new states, the hidden one first, and what the way back needs besides the states.

        Args:
            inputs: the input's product, shape (rows, gates x units).
            recurrent: the recurrent product, same shape.
            bias: the layer's, as its model folder has it.
            states: the states before, each of shape (rows, units).
        """

    def go_back(self, kept: Tensors, before: Tensors, after: Tensors, gradients: Tensors) -> tuple[Tensors, Tensors]:
        """Return the gradients of the two products, or the one of both where they are equal, and those of `before`.

        Args:
            kept: what `advance` returned to keep.
            before: the states before the step.
            after: the states after it.
            gradients: those of `after`.
        """


@dataclass(frozen=True)
class _LSTMCell:
    gate: _Gate

    def advance(
        self, inputs: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, states: Tensors
    ) -> tuple[Tensors, Tensors]:
        read, forget, candidate, write = tf.split(inputs + recurrent + bias, 4, axis=1)
        read, forget, write = map(self.gate.apply, (read, forget, write))
        candidate = tf.tanh(candidate)
        memory = forget * states[1] + read * candidate
        return (write * tf.tanh(memory), memory), (read, forget, candidate, write)

    def go_back(self, kept: Tensors, before: Tensors, after: Tensors, gradients: Tensors) -> tuple[Tensors, Tensors]:
        read, forget, candidate, write = kept
        (_, memory), (hidden_gradient, memory_gradient) = before, gradients
        shown = tf.tanh(after[1])
        memory_gradient += hidden_gradient * write * (1 - shown * shown)
        by_gate = (
            memory_gradient * candidate * self.gate.slope(read),
            memory_gradient * memory * self.gate.slope(forget),
            memory_gradient * read * (1 - candidate * candidate),
            hidden_gradient * shown * self.gate.slope(write),
        )
        return (tf.concat(by_gate, 1),), (tf.zeros_like(hidden_gradient), memory_gradient * forget)


@dataclass(frozen=True)
class _GRUCell:
    gate: _Gate

    def advance(
        self, inputs: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, states: Tensors
    ) -> tuple[Tensors, Tensors]:
        update, reset, candidate = tf.split(inputs + bias[0], 3, axis=1)
        old_update, old_reset, old_candidate = tf.split(recurrent + bias[1], 3, axis=1)
        update, reset = self.gate.apply(update + old_update), self.gate.apply(reset + old_reset)
        candidate = tf.tanh(candidate + reset * old_candidate)
        return (update * states[0] + (1 - update) * candidate,), (update, reset, candidate, old_candidate)

    def go_back(self, kept: Tensors, before: Tensors, _: Tensors, gradients: Tensors) -> tuple[Tensors, Tensors]:
        update, reset, candidate, old_candidate = kept
        by_update = gradients[0] * (before[0] - candidate) * self.gate.slope(update)
        by_candidate = gradients[0] * (1 - update) * (1 - candidate * candidate)
        by_reset = by_candidate * old_candidate * self.gate.slope(reset)
        products = (by_update, by_reset, by_candidate), (by_update, by_reset, by_candidate * reset)
        return tuple(tf.concat(parts, 1) for parts in products), (gradients[0] * update,)


def _choose_cell(layer: LSTM | GRU) -> _Cell:
    gate = _GATES[layer.recurrent_activation]
    return _LSTMCell(gate) if isinstance(layer, LSTM) else _GRUCell(gate)


class _Recurrence:
    """Walks over a batch's steps, with a gradient of its own."""

    def __init__(self, cell: _Cell, steps: int, dtype: tf.DType) -> None:
        self._steps, self._dtype = steps, dtype
        self._advance, self._go_back = _fuse(cell, dtype)

    def __call__(self, inputs: _Vectors, kernel: tf.Tensor, bias: tf.Tensor, states: Tensors) -> Tensors:
        """Return the outputs, shape (steps, rows, units), and the states after the last step.

        Args:
            inputs: the input's products.
            kernel: the recurrent kernel.
            bias: the layer's, as its model folder has it.
            states: the states before the first step.
        """

        def recur(values: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, *first: tf.Tensor) -> Any:  # noqa: ANN401 - TensorFlow's own
            products = _Vectors(values, inputs.chosen)
            steps = self._walk(products, tf.cast(kernel, self._dtype), bias, first)
            outputs = tf.stack(steps.hidden[1:]), *steps.states[-1]

            def walk_back(outputs_gradient: tf.Tensor, *last: tf.Tensor) -> Tensors:
                by_products, *by_first = self._walk_back(steps, tf.cast(kernel, self._dtype), outputs_gradient, last)
                return products.add_up(by_products[0]), *_add_up_weights(steps, by_products, bias.shape), *by_first

            return outputs, walk_back

        walked: Tensors = tf.custom_gradient(recur)(inputs.values, kernel, bias, *states)
        return walked

    def _walk(self, inputs: _Vectors, kernel: tf.Tensor, bias: tf.Tensor, first: Tensors) -> _Steps:
        steps = _Steps([tf.cast(first[0], self._dtype)], [first], [])
        for step in range(self._steps):
            # A step is one product and one fused operation; what the way back needs of it is kept.
            recurrent = tf.matmul(steps.hidden[-1], kernel)
            output, new, kept = self._advance(inputs.values, inputs.name_step(step), recurrent, bias, steps.states[-1])
            steps.hidden.append(output)
            steps.states.append(new)
            steps.kept.append(kept)
        return steps

    def _walk_back(
        self, steps: _Steps, kernel: tf.Tensor, outputs_gradient: tf.Tensor, last: Tensors
    ) -> tuple[Any, ...]:
        """Return the gradients of the products, each of shape (steps, rows, size), and those of the first states."""
        transposed = tf.transpose(kernel)
        by_recurrent, gradients = tf.zeros_like(steps.hidden[0]), last
        by_products: list[Tensors] = []
        for step in reversed(range(self._steps)):
            # What reaches a step: from the loss, from the next step's product, and from the next step's states.
            reaching = (outputs_gradient, tf.constant(step), by_recurrent, gradients)
            products, gradients = self._go_back(steps.kept[step], *steps.states[step : step + 2], reaching)
            by_recurrent = tf.matmul(products[-1], transposed)
            by_products.append(products)
        stacked = tuple(tf.stack(parts[::-1]) for parts in zip(*by_products, strict=True))
        return stacked, gradients[0] + _widen(by_recurrent), *gradients[1:]


@dataclass(frozen=True)
class _Steps:
    """What is kept of the way through a batch: one more hidden and other states than steps, the first ones included."""

    hidden: list[tf.Tensor]
    states: list[Tensors]
    kept: list[tf.Tensor]


def _add_up_weights(steps: _Steps, by_products: Tensors, bias_shape: tf.TensorShape) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the gradients of recurrent kernel and bias: a product over all steps instead of a sum of one a step."""
    flat = [tf.reshape(part, (-1, part.shape[-1])) for part in by_products]
    by_kernel = tf.matmul(tf.concat(steps.hidden[:-1], 0), flat[-1], transpose_a=True)
    ones = tf.ones((1, flat[0].shape[0]), flat[0].dtype)
    by_bias = tf.concat([tf.matmul(ones, part) for part in flat], 0)
    return _widen(by_kernel), tf.reshape(_widen(by_bias), bias_shape)


def _fuse(cell: _Cell, dtype: tf.DType) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Compile a cell's step and the way back to one operation each: float32 inside, `dtype` for what products take."""

    def advance(
        values: tf.Tensor, chosen: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, states: Tensors
    ) -> tuple[tf.Tensor, Tensors, Tensors]:
        new, kept = cell.advance(_widen(tf.gather(values, chosen)), _widen(recurrent), bias, states)
        return tf.cast(new[0], dtype), new, tf.cast(tf.concat(kept, 1), dtype)

    def go_back(kept: tf.Tensor, before: Tensors, after: Tensors, reaching: tuple[Any, ...]) -> tuple[Tensors, Tensors]:
        outputs_gradient, step, by_recurrent, (hidden_gradient, *others) = reaching
        hidden_gradient += _widen(tf.gather(outputs_gradient, step)) + _widen(by_recurrent)
        parts = tuple(tf.split(_widen(kept), kept.shape[1] // before[0].shape[1], axis=1))
        products, gradients = cell.go_back(parts, before, after, (hidden_gradient, *others))
        return tuple(tf.cast(product, dtype) for product in products), gradients

    return tf.function(advance, jit_compile=True), tf.function(go_back, jit_compile=True)


def _widen(tensor: tf.Tensor) -> tf.Tensor:
    return tf.cast(tensor, tf.float32)
