"""Hold the network that is trained, with its optimizer, and compile one step of both."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from bot.generation.card import Card
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.model import Weights
from bot.training.batches import Batch
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


class Learner:
    """A stateful network that learns a batch at a time.

    Args:
        card: the network's architecture and vocabulary.
        rows: how many a batch has.
        options: how to learn.
    """

    def __init__(self, card: Card, rows: int, options: TrainingOptions) -> None:
        keras.utils.set_random_seed(options.random_seed)
        allow_bfloat16(allowed=has_bfloat16_hardware())
        self._card = card
        self._kept = 1 - options.weight_dropout
        self._network = build_network(card, rows, options.steps)
        self._optimizer = _make_optimizer(options)
        self._optimizer.build(self._network.trainable_variables)
        self._loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self._step = tf.function(self._take_step)

    def train_on_batch(self, batch: Batch, rate: float) -> float:
        """Take one step at the learning rate `rate`; return the batch's bits per character before it."""
        self._optimizer.learning_rate.assign(rate)
        return float(self._step(*map(tf.constant, batch))) / math.log(2)

    @property
    def weights(self) -> Weights:
        """The network's weights, under their names in a model folder."""
        return get_weights(self._network, self._card)

    @weights.setter
    def weights(self, weights: Weights) -> None:
        set_weights(self._network, weights, self._card)

    def reset_state(self) -> None:
        """Set the recurrent state back to having read nothing."""
        reset_state(self._network)

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

    def _take_step(self, ids: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Train on a batch, ids and those that follow, each of shape (rows, steps); return the loss before, in nats."""
        variables = self._network.trainable_variables
        # Silence a share of the recurrent weights for this batch, and keep the whole ones aside.
        masks = self._draw_masks(variables)
        whole = {index: tf.identity(variables[index].value) for index in masks}
        for index, mask in masks.items():
            variables[index].assign(whole[index] * mask)
        # Read the batch, each row going on from the state it had after the last one; the loss is the cross-entropy.
        with tf.GradientTape() as tape:
            loss = self._loss(targets, self._network(ids, training=True))
        # How the loss changes with each weight: the gradient reaches back to the start of the batch, not further.
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        # Put the silenced weights back; they took no part, and do not change.
        for index, mask in masks.items():
            variables[index].assign(whole[index])
            gradients[index] *= mask
        # Clip the gradients by their norm over all weights, and move the weights.
        self._optimizer.apply(gradients, variables)
        return loss

    def _draw_masks(self, variables: list[keras.Variable]) -> dict[int, tf.Tensor]:
        """Draw masks that silence a share of the recurrent weights for one batch, by the index of the variable.

        Source: S. Merity, N. S. Keskar, R. Socher, Regularizing and optimizing LSTM language models, ICLR 2018.
        """
        if self._kept == 1:
            return {}
        return {
            index: tf.cast(tf.random.uniform(variable.shape) < self._kept, variable.dtype) / self._kept
            for index, variable in enumerate(variables)
            if variable.name == "recurrent_kernel"
        }


def _make_optimizer(options: TrainingOptions) -> keras.Optimizer:
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "nadam": keras.optimizers.Nadam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return kinds[options.optimizer](options.learning_rate, global_clipnorm=1.0)


def has_bfloat16_hardware() -> bool:
    """Return whether the processor multiplies bfloat16 in hardware: training is then a third to a half quicker."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def allow_bfloat16(*, allowed: bool) -> None:
    """Let TensorFlow multiply in bfloat16, weights and sums staying float32; for what is compiled from now on."""
    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": allowed})
