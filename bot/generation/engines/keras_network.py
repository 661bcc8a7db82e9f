"""Build the Keras network of a card, for training, serving and converting."""

from __future__ import annotations

from typing import Any

import numpy as np

from bot.generation.card import GRU, LSTM, Card, Embedding, Layer, weight_shapes
from bot.generation.engines.environment import prepare_tensorflow
from bot.generation.model import Weights

prepare_tensorflow()

import keras  # noqa: E402 - reads the environment

Network = Any
"""A ``keras.Sequential``; Keras ships no types."""


def build_network(card: Card, rows: int, steps: int, *, unroll: bool = False) -> Network:
    """Build the stateful network of `card`: ids of shape (rows, steps) in, logits (rows, steps, vocabulary) out.

    Its weights are freshly initialised. `unroll` writes the steps out instead of looping over them, which suits a
    single step: the compiler sees through it.
    """
    layers = [keras.Input(batch_shape=(rows, steps), dtype="int32")]
    layers += [build_layer(layer, len(card.vocabulary), stateful=True, unroll=unroll) for layer in card.layers]
    layers.append(keras.layers.Dense(len(card.vocabulary), name="output"))
    return keras.Sequential(layers)


def build_layer(layer: Layer, vocabulary_size: int, **recurrent_options: bool) -> Any:  # noqa: ANN401 - Keras ships no types
    """Build the Keras layer of a layer in a card; the options are for recurrent layers alone."""
    if isinstance(layer, Embedding):
        return keras.layers.Embedding(vocabulary_size, layer.size)
    if isinstance(layer, LSTM | GRU):
        options = {
            "units": layer.units,
            "recurrent_activation": GATES[layer.recurrent_activation],
            "return_sequences": True,
            **recurrent_options,
        }
        if isinstance(layer, LSTM):
            return keras.layers.LSTM(**options)
        return keras.layers.GRU(reset_after=layer.reset_after, **options)
    return keras.layers.Dropout(layer.rate)


def _hard_sigmoid_of_keras_2(x: Any) -> Any:  # noqa: ANN401 - the library ships no types
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


GATES = {
    "sigmoid": "sigmoid",
    "hard_sigmoid": _hard_sigmoid_of_keras_2,
    "hard_sigmoid_keras3": "hard_sigmoid",
}
"""What Keras 3 takes for each of `bot.generation.card.GateActivation`: its own name, or a function."""


def get_weights(network: Network, card: Card) -> Weights:
    """Return the network's weights by their names in a model folder."""
    return dict(zip(weight_shapes(card), (np.asarray(w) for w in network.get_weights()), strict=True))


def set_weights(network: Network, weights: Weights, card: Card) -> None:
    """Set the network's weights to a model's; `weight_shapes` lists them in Keras's order."""
    network.set_weights([weights[name] for name in weight_shapes(card)])


def reset_state(network: Network) -> None:
    """Reset the recurrent layers to the state of having read nothing."""
    for layer in network.layers:
        if hasattr(layer, "reset_state"):
            layer.reset_state()
