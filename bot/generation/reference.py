"""All of generation in plain NumPy: to read, and to test the engines against.

A character-level network reads one character at a time. What it has read so far is in its state; after
each character it gives a probability for every character that could come next. To generate is to feed it
the seed, pick a character from those probabilities, feed that in turn, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from bot.generation.model import LSTM, Embedding, Model
from bot.generation.vocabulary import Ids

Floats = npt.NDArray[np.floating]
State = dict[int, tuple[Floats, Floats]]
"""For each recurrent layer, by its place: its output h and its memory c, each of shape (units,)."""


def generate(model: Model, seed: Ids, uniforms: Iterable[float], top_n: int, temperature: float = 1.0) -> Iterator[int]:
    """Write on from `seed`: one id for each number of `uniforms`.

    Args:
        model: the network.
        seed: the ids that prime it, shape (n,), n at least 1.
        uniforms: one random number in [0, 1) for each id to sample.
        top_n: how many of the likeliest ids are kept before sampling.
        temperature: divides the logits; 1 leaves the model's own distribution.
    """
    state = initial_state(model)
    for character in seed[:-1]:  # prime: read all of the seed but its last character
        step(model, state, int(character))
    character = int(seed[-1])
    for u in uniforms:
        logits = step(model, state, character)  # what may follow what was read last
        character = sample(softmax(logits / temperature), top_n, u)
        yield character  # … and is the next to be read


def initial_state(model: Model) -> State:
    """The state of a network that has read nothing: zeros."""
    units = {index: layer.units for index, layer in enumerate(model.card.layers) if isinstance(layer, LSTM)}
    return {index: (np.zeros(n, np.float32), np.zeros(n, np.float32)) for index, n in units.items()}


def step(model: Model, state: State, character: int) -> Floats:
    """Read one character: update `state`, return the logits of the next character, shape (vocabulary,)."""
    x: Floats = np.empty(0, np.float32)
    for index, layer in enumerate(model.card.layers):
        if isinstance(layer, Embedding):
            x = model.weights[f"layers.{index}.embeddings"][character]
        elif isinstance(layer, LSTM):
            h, c = state[index]
            gates = (
                x @ model.weights[f"layers.{index}.kernel"]
                + h @ model.weights[f"layers.{index}.recurrent_kernel"]
                + model.weights[f"layers.{index}.bias"]
            )
            admit, forget, candidate, expose = np.split(gates, 4)
            c = sigmoid(forget) * c + sigmoid(admit) * np.tanh(candidate)  # forget some, take in some
            x = sigmoid(expose) * np.tanh(c)
            state[index] = (x, c)
        # dropout only acts in training
    return x @ model.weights["output.kernel"] + model.weights["output.bias"]


def sample(probabilities: Floats, top_n: int, u: float) -> int:
    """Pick an id: keep the `top_n` likeliest, then go up the sum of their probabilities as far as `u` says.

    With [0.13, 0.42, 0.33, 0.12] and n = 2 the second id is picked for u below 0.56, the third from there on.

    Args:
        probabilities: shape (vocabulary,).
        top_n: 1 or more; of equally likely ids the lower goes first.
        u: a random number in [0, 1).
    """
    by_likelihood = np.argsort(-probabilities, kind="stable")
    kept = np.zeros_like(probabilities)
    kept[by_likelihood[:top_n]] = probabilities[by_likelihood[:top_n]]
    reached = np.cumsum(kept)
    picked = np.searchsorted(reached, u * reached[-1], side="right")
    return int(min(picked, np.flatnonzero(kept)[-1]))  # rounding may carry u = 0.999… past the end


def softmax(logits: Floats) -> Floats:
    """Turn logits into probabilities that sum to 1."""
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum())


def sigmoid(x: Floats) -> Floats:
    """The logistic function, in the form that cannot overflow."""
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5)
