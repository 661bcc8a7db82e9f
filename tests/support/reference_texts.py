"""Write texts as the NumPy reference does, which engines are held against."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from bot.generation import reference
from bot.generation.decode import uniform_stream
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import Ids


def write_by_reference(model: Model, request: GenerationRequest, completion: int = 0) -> str:
    """Write one completion of a request as the reference does."""
    uniforms = uniform_stream(request.random_seed, completion).random(request.length)
    seed = model.vocabulary.encode(request.seed)
    return model.vocabulary.decode(reference.generate(model, seed, uniforms, request.sampling))


def reference_probabilities(model: Model, ids: Iterable[int]) -> np.ndarray[Any, Any]:
    """Return the reference's distribution after each of `ids`, shape (len(ids), vocabulary)."""
    state = reference.initial_state(model)
    return np.stack([reference.softmax(reference.step(model, state, int(number))) for number in ids])


def reference_bits(model: Model, ids: Ids) -> float:
    """Return how many bits the reference takes for each of `ids` after the first, on average."""
    state, bits = reference.initial_state(model), 0.0
    for current, following in pairwise(ids):
        bits -= math.log2(reference.softmax(reference.step(model, state, int(current)))[following])
    return bits / (len(ids) - 1)
