"""Hold the network that is trained, with its optimizer, and compile one step of both."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bot.generation.card import Card
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.model import Weights
from bot.generation.resources import available_processors
from bot.training.batches import Batch
from bot.training.cluster import Cluster
from bot.training.options import TrainingOptions
from bot.training.saved_state import Arrays

prepare_tensorflow(onednn=True)

import keras  # noqa: E402 - reads the environment
import tensorflow as tf  # noqa: E402 - reads the environment

from bot.generation.engines.keras_network import (  # noqa: E402 - imports Keras
    build_network,
    get_weights,
    reset_state,
    set_weights,
)
from bot.training.fused_network import FusedNetwork, draw_masks, is_supported  # noqa: E402 - imports TensorFlow

FEWEST_ROWS = 8
"""A processor reads at least so many rows of a batch: with fewer it waits for the weights rather than multiplies."""
AVERAGED_STEPS = 1000
"""The averaged weights are those of about so many steps."""


class TrainableNetwork(Protocol):
    """A stateful network with the gradients of its loss."""

    variables: dict[str, Any]
    """The weights as Keras variables, by their names in a model folder."""

    @property
    def weights(self) -> Weights:
        """The weights, by their names in a model folder."""

    @weights.setter
    def weights(self, weights: Weights) -> None: ...

    def reset_state(self) -> None:
        """Set the recurrent state back to having read nothing."""

    def compute_gradients(
        self, ids: tf.Tensor, targets: tf.Tensor, kept: float
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Read a batch; return the loss in nats and its gradients, see `FusedNetwork.compute_gradients`."""


ChooseNetwork = Callable[[Card, int, int], tuple[TrainableNetwork, str]]


class Learner:
    """A stateful network that learns a batch at a time.

    Args:
        card: the network's architecture and vocabulary.
        rows: how many a batch has.
        options: how to learn.
        choose: makes the network, from the card, the rows and the steps.
        cluster: the machines that train together.

    Attributes:
        description: how it trains on this machine, for the log.
    """

    def __init__(
        self,
        card: Card,
        rows: int,
        options: TrainingOptions,
        choose: ChooseNetwork | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        use_threads(_count_parts(rows))
        self._cluster = cluster or Cluster()
        self._cluster.connect()
        if tf.config.list_physical_devices("GPU"):
            self._cluster.count_all_time()
        keras.utils.set_random_seed(options.random_seed)
        self._kept = 1 - options.weight_dropout
        self._network, self.description = (choose or choose_network)(card, rows, options.steps)
        variables = list(self._network.variables.values())
        self._optimizer = _make_optimizer(options)
        self._optimizer.build(variables)
        self._averages = [tf.Variable(variable.value) for variable in variables]
        self._averaged = tf.Variable(0.0)
        self._move = tf.function(self._move_weights, jit_compile=True)
        self._step = tf.function(self._take_step)

    def train_on_batch(self, batch: Batch, rate: float) -> float:
        """Take one step at the learning rate `rate`; return the batch's bits per character before it."""
        self._optimizer.learning_rate.assign(rate)
        return float(self._step(*map(tf.constant, batch))) / math.log(2)

    @property
    def weights(self) -> Weights:
        """The network's weights, under their names in a model folder."""
        return self._network.weights

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self._network.weights = weights
        self._start_averaging()

    def averaged_weights(self) -> Weights:
        """Return the mean of the weights over the last `AVERAGED_STEPS` or so: it predicts better than any of them.

        Source: B. T. Polyak, A. B. Juditsky, Acceleration of stochastic approximation by averaging, 1992.
        """
        return {name: average.numpy() for name, average in zip(self._network.variables, self._averages, strict=True)}

    def reset_state(self) -> None:
        """Set the recurrent state back to having read nothing."""
        self._network.reset_state()

    def optimizer_state(self) -> Arrays:
        """Return what the optimizer keeps from one step to the next, by name."""
        state: Arrays = {}
        self._optimizer.save_own_variables(state)
        return {name: np.asarray(array) for name, array in state.items()}

    def restore(self, weights: Weights, optimizer: Arrays) -> None:
        """Go on from weights and an optimizer's state.

        Raises:
            KeyError, ValueError: they are those of another network.
        """
        self.weights = weights
        self._optimizer.load_own_variables(optimizer)

    def _start_averaging(self) -> None:
        self._averaged.assign(0.0)
        for average, variable in zip(self._averages, self._network.variables.values(), strict=True):
            average.assign(variable.value)

    def _take_step(self, ids: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Train on a batch, ids and those that follow, each of shape (rows, steps); return the loss before, in nats."""

        # Read the batch, each row going on from the state it had after the last one; the gradient of the loss reaches
        # back to the start of the batch, not further.
        def compute() -> list[tf.Tensor]:
            loss, gradients = self._network.compute_gradients(ids, targets, self._kept)
            return [loss, *(gradients[name] for name in self._network.variables)]

        loss, *gradients = self._cluster.average(compute)
        # Clip the gradients by their norm over all weights, move the weights, and average them.
        self._move(gradients)
        return loss

    def _move_weights(self, gradients: list[tf.Tensor]) -> None:
        variables = list(self._network.variables.values())
        self._optimizer.apply(gradients, variables)
        # Of a short training the last tenth is averaged: where it started says nothing.
        self._averaged.assign_add(1.0)
        share = tf.clip_by_value(10 / self._averaged, 1 / AVERAGED_STEPS, 1.0)
        for average, variable in zip(self._averages, variables, strict=True):
            average.assign_add(share * (variable.value - average))


def choose_network(card: Card, rows: int, steps: int) -> tuple[TrainableNetwork, str]:
    """Return the network that trains quickest on this machine, and a line that says what it is."""
    if tf.config.list_physical_devices("GPU"):
        return KerasNetwork(card, rows, steps), "training on a GPU, by Keras's own layers"
    if not is_supported(card):
        allow_bfloat16(allowed=has_bfloat16_hardware())
        return KerasNetwork(card, rows, steps), "training by Keras's own layers: a GRU that resets first needs them"
    parts = _count_parts(rows)
    dtype = tf.bfloat16 if has_bfloat16_hardware() else tf.float32
    return FusedNetwork(card, rows, steps, dtype, parts), f"training in {dtype.name}, {parts} x {rows // parts} rows"


def _count_parts(rows: int) -> int:
    """Return into how many equal parts the rows are split, a processor each."""
    most = max(min(available_processors(), rows // FEWEST_ROWS), 1)
    return next(parts for parts in range(most, 0, -1) if rows % parts == 0)


class KerasNetwork:
    """The network of Keras's own layers: by cuDNN on a GPU, slow on a processor.

    Args:
        card: the architecture.
        rows: how many rows are read side by side.
        steps: how many characters of each row are read at once.
    """

    def __init__(self, card: Card, rows: int, steps: int) -> None:
        self._card = card
        self._network = build_network(card, rows, steps)
        names = get_weights(self._network, card)
        self.variables: dict[str, Any] = dict(zip(names, self._network.trainable_variables, strict=True))
        self._loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @property
    def weights(self) -> Weights:
        """The weights, by their names in a model folder."""
        return get_weights(self._network, self._card)

    @weights.setter
    def weights(self, weights: Weights) -> None:
        set_weights(self._network, weights, self._card)

    def reset_state(self) -> None:
        """Set the recurrent state back to having read nothing."""
        reset_state(self._network)

    def compute_gradients(
        self, ids: tf.Tensor, targets: tf.Tensor, kept: float
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Read a batch; return the loss in nats and its gradients, see `FusedNetwork.compute_gradients`."""
        # Silence a share of the recurrent weights for this batch, and keep the whole ones aside.
        masks = draw_masks(self.variables, kept)
        whole = {name: tf.identity(self.variables[name].value) for name in masks}
        for name, mask in masks.items():
            self.variables[name].assign(whole[name] * mask)
        with tf.GradientTape() as tape:
            loss = self._loss(targets, self._network(ids, training=True))
        gradients: dict[str, tf.Tensor] = tape.gradient(loss, {n: each.value for n, each in self.variables.items()})
        # Put the silenced weights back; they took no part, and do not change.
        for name, mask in masks.items():
            self.variables[name].assign(whole[name])
            gradients[name] *= mask
        return loss, gradients


def _make_optimizer(options: TrainingOptions) -> keras.Optimizer:
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "nadam": keras.optimizers.Nadam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return kinds[options.optimizer](options.learning_rate, global_clipnorm=1.0)


def use_threads(count: int) -> None:
    """Let TensorFlow run so many operations at once, each on one thread; it accepts that before its first operation.

    A batch's rows are split over the processors, each with products of its own. Two threads within each product would
    have to meet twice a step: at 512 units, 128 rows and two processors that is 1.3 times one, the rows split 1.8.
    """
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(count)
    except RuntimeError:  # a process that has computed already keeps its threads
        return


def has_bfloat16_hardware() -> bool:
    """Return whether the processor multiplies bfloat16 in hardware: training is then up to twice as quick."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def allow_bfloat16(*, allowed: bool) -> None:
    """Let Keras's layers multiply in bfloat16, weights and sums staying float32; for what is compiled from now on."""
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": allowed})
