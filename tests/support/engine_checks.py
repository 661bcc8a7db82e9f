"""Check an engine's texts and steps against the NumPy reference."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from bot.generation import reference
from bot.generation.decode import uniform_stream, write_texts
from bot.generation.engines.protocol import CHUNK, FREE, StatefulCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, Sampling

ROUNDING = 1e-5
MIN_P_CUTS = tuple(
    GenerationRequest("Cats ", top_n, 150, random_seed=5, count=10, temperature=temperature, min_p=min_p)
    for min_p, top_n, temperature in ((0.05, 98, 1.0), (0.2, 98, 0.8), (0.2, 6, 1.0), (0.99, 98, 1.0))
)
"""Requests that min-p cuts: little and much, by itself, with a temperature and with a top-n."""


def assert_writes_as_the_reference_would(copy: StatefulCopy, model: Model, request: GenerationRequest) -> None:
    """Check all completions of a request."""
    for index, text in enumerate(write_texts(copy, model.vocabulary, request)):
        assert_sampled_as_the_reference_would(model, request, index, text)


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
        # The engine may have rounded the other way at the edge of a character's share, or of what min-p cuts.
        cuts = {request.min_p * share for share in (1 - ROUNDING, 1, 1 + ROUNDING)}
        samplings = [replace(request.sampling, min_p=cut) for cut in cuts]
        around = (max(u - ROUNDING, 0), u, u + ROUNDING)
        near = {reference.sample(probabilities, v, sampling) for v in around for sampling in samplings}
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
            copy.advance(forced[:, start:stop], uniforms[:, start:stop], Sampling(98))
            for start, stop in pairwise([0, *cuts, end])
        ]
        assert [part.shape for part in parts] == [(rows, stop - start) for start, stop in pairwise([0, *cuts, end])]
        texts.append(np.concatenate(parts, axis=1))
    assert np.array_equal(texts[0], texts[1])
