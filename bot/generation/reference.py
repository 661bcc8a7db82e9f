"""Generate text in plain NumPy: all of it on one screen, to read, and to test the engines against.

A character-level network reads one character at a time. Its state holds what it has read so far; after each
character it gives a probability for every character that could come next. To generate is to feed it the seed,
sample a character from those probabilities, feed that in turn, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from bot.generation.card import GRU, LSTM, Embedding
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids

Floats = npt.NDArray[np.floating]
Pair = tuple[Floats, Floats]
State = dict[int, Pair]
"""For each recurrent layer, by its index in the card: its output h and its memory c, each of shape (units,)."""
Gate = Callable[[Floats], Floats]
"""A function that brings a gate into 0 to 1."""


def generate(model: Model, seed: Ids, uniforms: Iterable[float], sampling: Sampling) -> Iterator[int]:
    """Write on from `seed`: yield one id for each number of `uniforms`.

    Args:
        model: the model that writes.
        seed: the ids that prime it, shape (n,), n at least 1.
        uniforms: one random number in [0, 1) for each id to sample.
        sampling: how each id is sampled.
    """
    # Prime the network: read all of the seed but its last character.
    state = initial_state(model)
    for character in seed[:-1]:
        step(model, state, int(character))
    character = int(seed[-1])
    for u in uniforms:
        # Read a character, which gives the logits of the next.
        logits = step(model, state, character)
        # Turn them into probabilities, and sample from the likeliest.
        character = sample(softmax(logits / sampling.temperature), u, sampling)
        # The sampled character is the next to be read.
        yield character


def initial_state(model: Model) -> State:
    """Return the state of a network that has read nothing: zeros."""
    units = {n: layer.units for n, layer in enumerate(model.card.layers) if isinstance(layer, LSTM | GRU)}
    return {n: (np.zeros(size, np.float32), np.zeros(size, np.float32)) for n, size in units.items()}


def step(model: Model, state: State, character: int) -> Floats:
    """Read one character: update `state`, return the logits of the next character, shape (vocabulary,)."""
    x: Floats = np.empty(0, np.float32)
    for n, layer in enumerate(model.card.layers):
        if isinstance(layer, Embedding):
            x = model.weights[f"layers.{n}.embeddings"][character]
        elif isinstance(layer, LSTM | GRU):
            advance = lstm if isinstance(layer, LSTM) else gru
            weights = [model.weights[f"layers.{n}.{name}"] for name in ("kernel", "recurrent_kernel", "bias")]
            state[n] = advance(x, *state[n], weights, GATES[layer.recurrent_activation])
            x = state[n][0]  # the layer's output is what the next layer reads
        # a dropout layer acts in training alone
    return x @ model.weights["output.kernel"] + model.weights["output.bias"]


def lstm(x: Floats, h: Floats, c: Floats, weights: list[Floats], gate: Gate) -> Pair:
    """Return one step of an LSTM cell: its new output and its new memory."""
    kernel, recurrent, bias = weights
    admit, forget, candidate, expose = np.split(x @ kernel + h @ recurrent + bias, 4)
    c = gate(forget) * c + gate(admit) * np.tanh(candidate)  # forget some of the memory, admit something new
    return gate(expose) * np.tanh(c), c  # put some of it out


def gru(x: Floats, h: Floats, c: Floats, weights: list[Floats], gate: Gate) -> Pair:
    """Return one step of a GRU cell: its new output, which is its memory as well, and `c`, which it does not use."""
    kernel, recurrent, bias = weights
    reset_after = bias.ndim == 2  # then the second bias is that of the recurrent product
    bias, recurrent_bias = bias if reset_after else (bias, np.zeros_like(bias))
    x_keep, x_reset, x_candidate = np.split(x @ kernel + bias, 3)
    h_keep, h_reset, h_candidate = np.split(h @ recurrent + recurrent_bias, 3)
    keep, reset = gate(x_keep + h_keep), gate(x_reset + h_reset)
    remembered = reset * h_candidate if reset_after else (reset * h) @ recurrent[:, -len(h) :]
    return keep * h + (1 - keep) * np.tanh(x_candidate + remembered), c


def sample(probabilities: Floats, u: float, sampling: Sampling) -> int:
    """Sample an id: keep the likeliest ones, then go up the sum of their probabilities as far as `u` says.

    With [0.13, 0.42, 0.33, 0.12] and a top-n of 2 the second id is picked for u below 0.56, the third from there on.

    Source of min-p: N. N. Minh and others, Turning up the heat: min-p sampling, ICLR 2025.

    Args:
        probabilities: shape (vocabulary,).
        u: a random number in [0, 1).
        sampling: which ids are kept; of equally likely ones the lower goes first.
    """
    # Keep the likeliest, each at its own id; the others get 0.
    by_likelihood = np.argsort(-probabilities, kind="stable")
    likeliest = by_likelihood[: sampling.top_n]
    kept = np.zeros_like(probabilities)
    kept[likeliest] = probabilities[likeliest]
    # Cut those that are too unlikely beside the likeliest.
    kept[kept < np.float32(sampling.min_p) * kept.max()] = 0
    # Find the id at which the sum of what is kept passes the share `u` of all of it.
    reached = np.cumsum(kept)
    picked = np.searchsorted(reached, u * reached[-1], side="right")
    # Rounding may carry u = 0.999… past the last id that is kept.
    return int(min(picked, np.flatnonzero(kept)[-1]))


def softmax(logits: Floats) -> Floats:
    """Turn logits into probabilities that sum to 1."""
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum())


def sigmoid(x: Floats) -> Floats:
    """Compute the logistic function, in the form that cannot overflow."""
    return np.asarray(0.5 * np.tanh(0.5 * x) + 0.5)


GATES: dict[str, Gate] = {
    "sigmoid": sigmoid,
    "hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "hard_sigmoid_keras3": lambda x: np.clip(x + 3, 0, 6) / 6,
}
"""The functions of gates, by their names in `bot.generation.card.GateActivation`."""
