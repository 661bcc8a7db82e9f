"""Check an engine's texts and steps against the NumPy reference."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bot.generation import reference
from bot.generation.decode import uniform_stream
from bot.generation.engines.protocol import CHUNK, FREE, StatefulCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest

ROUNDING = 1e-5


def assert_sampled_as_the_reference_would(model: Model, request: GenerationRequest, completion: int, text: str) -> None:
    """Check that every character is the reference's, or that its random number lies within rounding of a boundary."""
    state = reference.initial_state(model)
    ids = [int(i) for i in model.vocabulary.encode(request.seed)]
    uniforms = uniform_stream(request.random_seed, completion).random(request.length)
    for character in ids[:-1]:
        reference.step(model, state, character)
    last, written = ids[-1], iter(text)
    for u in uniforms:
        probabilities = reference.softmax(reference.step(model, state, last) / request.temperature)
        around = (max(u - ROUNDING, 0), u, u + ROUNDING)
        near = {reference.sample_top_n(probabilities, request.top_n, v) for v in around}
        shown = {i: model.vocabulary.decode([i]) for i in near}
        if shown == {0: ""}:
            last = 0
            continue
        expected = next(written)
        (last,) = (i for i in near if shown[i] == expected)
    assert next(written, None) is None


def assert_steps_may_be_cut_anywhere(copy: StatefulCopy) -> None:
    """Check that each step's id is the same however the steps are spread over calls."""
    rows, end = 10, CHUNK + 13
    random = np.random.default_rng(7)
    forced = np.full((rows, end), FREE, np.int32)
    forced[:, :20] = random.integers(1, 98, (rows, 20))
    uniforms = random.random((rows, end))
    texts = []
    for cuts in ([CHUNK], [1, 8, 20]):
        copy.reset(rows)
        parts = [
            copy.advance(forced[:, start:stop], uniforms[:, start:stop], 98, 1.0)
            for start, stop in pairwise([0, *cuts, end])
        ]
        assert [part.shape for part in parts] == [(rows, stop - start) for start, stop in pairwise([0, *cuts, end])]
        texts.append(np.concatenate(parts, axis=1))
    assert np.array_equal(texts[0], texts[1])
