from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from bot.generation.card import GRU, LSTM, Card, Dropout, Embedding, Layer
from bot.training.fused_network import FusedNetwork, is_supported
from bot.training.train_step import KerasNetwork

ROWS, STEPS = 6, 12
CHARACTERS = "\nabcdefghijklmnopqrstuvwxyz"
IDS = np.random.default_rng(1).integers(1, 28, (3, ROWS, STEPS + 1), np.int32)

LAYERS: dict[str, tuple[Layer, ...]] = {
    "one LSTM": (Embedding(size=8), LSTM(units=24)),
    "one GRU": (Embedding(size=8), GRU(units=24)),
    "a GRU on an LSTM": (Embedding(size=8), LSTM(units=24), Dropout(rate=0), GRU(units=16)),
    "an embedding wider than the layers": (Embedding(size=40), GRU(units=7), LSTM(units=5)),
    "hard gates of Keras 2": (Embedding(size=8), LSTM(units=24, recurrent_activation="hard_sigmoid"), GRU(units=8)),
    "hard gates of Keras 3": (Embedding(size=8), GRU(units=24, recurrent_activation="hard_sigmoid_keras3")),
}


def networks(layers: tuple[Layer, ...], dtype: tf.DType, parts: int = 1) -> tuple[FusedNetwork, KerasNetwork]:
    card = Card(characters=CHARACTERS, layers=layers)
    keras.utils.set_random_seed(3)  # the first weights are drawn by chance
    fused, real = FusedNetwork(card, ROWS, STEPS, dtype, parts), KerasNetwork(card, ROWS, STEPS)
    # Larger weights than fresh ones: gates that are half open all the time would hide a wrong slope.
    random = np.random.default_rng(2)
    real.weights = {n: a + random.normal(0, 0.4, a.shape).astype(np.float32) for n, a in real.weights.items()}
    fused.weights = real.weights
    return fused, real


def largest_difference(fused: FusedNetwork, real: KerasNetwork) -> tuple[float, float]:
    """Read the batches with both; return the largest difference of a loss, and of a gradient by its largest number."""
    losses, gradients = [], []
    for batch in IDS:
        ids, targets = tf.constant(batch[:, :-1]), tf.constant(batch[:, 1:])
        loss, by_weight = fused.compute_gradients(ids, targets)
        real_loss, real_by_weight = real.compute_gradients(ids, targets, 1.0)
        losses.append(abs(float(loss) - float(real_loss)))
        for name, gradient in real_by_weight.items():
            whole = tf.convert_to_tensor(gradient).numpy()
            gradients.append(float(np.abs(by_weight[name].numpy() - whole).max() / np.abs(whole).max()))
    return max(losses), max(gradients)


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_loss_and_gradients_are_those_of_the_keras_network(layers: tuple[Layer, ...]) -> None:
    loss, gradient = largest_difference(*networks(layers, tf.float32))
    assert loss < 1e-5
    assert gradient < 1e-5


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_in_sixteen_bits_they_differ_by_rounding_alone(layers: tuple[Layer, ...]) -> None:
    loss, gradient = largest_difference(*networks(layers, tf.bfloat16))
    assert loss < 0.02
    assert gradient < 0.1  # a hard gate's slope jumps: rounding may bring it to the other side


def test_rows_split_over_processors_give_the_same() -> None:
    loss, gradient = largest_difference(*networks(LAYERS["a GRU on an LSTM"], tf.float32, parts=3))
    assert loss < 1e-5
    assert gradient < 1e-5


def test_a_fresh_network_has_the_first_weights_of_keras() -> None:
    card = Card(characters=CHARACTERS, layers=LAYERS["one LSTM"])
    bias = FusedNetwork(card, ROWS, STEPS).weights["layers.1.bias"]
    assert bias.tolist() == [0.0] * 24 + [1.0] * 24 + [0.0] * 48


def test_its_state_can_be_reset() -> None:
    fused, _ = networks(LAYERS["a GRU on an LSTM"], tf.float32)
    ids, targets = tf.constant(IDS[0][:, :-1]), tf.constant(IDS[0][:, 1:])
    first, second = (float(fused.compute_gradients(ids, targets)[0]) for _ in range(2))
    fused.reset_state()
    assert float(fused.compute_gradients(ids, targets)[0]) == first != second


def test_dropout_silences_a_share_of_the_outputs() -> None:
    fused, _ = networks((Embedding(size=8), LSTM(units=24), Dropout(rate=0.5)), tf.float32)
    ids, targets = tf.constant(IDS[0][:, :-1]), tf.constant(IDS[0][:, 1:])
    losses = set()
    for _ in range(3):
        fused.reset_state()
        losses.add(float(fused.compute_gradients(ids, targets)[0]))
    assert len(losses) == 3


def test_a_gru_that_resets_before_its_product_is_left_to_keras() -> None:
    assert is_supported(Card(characters=CHARACTERS, layers=LAYERS["one GRU"]))
    assert not is_supported(Card(characters=CHARACTERS, layers=(Embedding(size=8), GRU(units=8, reset_after=False))))
