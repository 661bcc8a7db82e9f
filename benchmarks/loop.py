"""One stream of text: the compiled loop against the tutorial's `model.predict` once a character."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from bot.generation import reference
from bot.generation.engines.network import build_network, reset_state, set_weights
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.writing import uniform_stream, write

SEED = "The meaning of life is "
TOP_N = 5
ROUNDS = 5
GOAL = 300


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a character, a number for each round."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds) * 1e6, max(self.seconds) * 1e6
        return f"{self.median * 1e6:10,.1f} us a character ({low:,.1f} to {high:,.1f})"


def predict_loop(model: Model) -> Callable[[int], object]:
    """The tutorial's way: a Keras network of one row and one step, asked once a character."""
    network = build_network(model.card, rows=1, steps=1)
    set_weights(network, model.weights, model.card)
    seed = model.vocabulary.encode(SEED)

    def generate(length: int) -> Iterator[int]:
        reset_state(network)
        for character in seed[:-1]:
            network.predict(np.array([[character]]), verbose=0)
        character = int(seed[-1])
        for u in uniform_stream(1, 0).random(length):
            logits = network.predict(np.array([[character]]), verbose=0)[0, 0]
            character = reference.sample(reference.softmax(logits), TOP_N, u)
            yield character

    return lambda length: model.vocabulary.decode(generate(length))


def compiled_loop(model: Model) -> Callable[[int], object]:
    """Charla's way."""
    copy = TensorFlowCopy(model)

    def generate(length: int) -> str:
        request = GenerationRequest(SEED, top_n=TOP_N, length=length, random_seed=1)
        return "".join(text for (text,) in write(copy, model.vocabulary, request))

    return generate


def time_per_character(generate: Callable[[int], object], length: int) -> float:
    """Seconds for each character read or written."""
    started = time.perf_counter()
    generate(length)
    return (time.perf_counter() - started) / (length + len(SEED) - 1)


def run(model: Model) -> bool:
    """Time both in turn, print them and their ratio; whether the goal is reached."""
    predict, compiled = predict_loop(model), compiled_loop(model)
    same = predict(100) == compiled(100)
    rounds = [(time_per_character(predict, 60), time_per_character(compiled, 5_000)) for _ in range(ROUNDS)]
    slow, fast = (Timing(list(seconds)) for seconds in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"one stream, model {model.name}, top-n {TOP_N}, {ROUNDS} rounds")
    print(f"  model.predict once a character  {slow}")
    print(f"  the compiled loop               {fast}")
    print(f"  {ratio:,.0f} times as fast (goal: {GOAL}); the same text: {'yes' if same else 'NO'}")
    return ratio >= GOAL
