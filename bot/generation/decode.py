"""Writes a request's completions with a stateful copy, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS, StatefulCopy
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import LINE_BREAK, Vocabulary
from bot.limits import MAX_RANDOM_SEED


def write(
    copy: StatefulCopy, vocabulary: Vocabulary, request: GenerationRequest, *, place: int = 0
) -> Iterator[list[str]]:
    """Prime `copy` with the request's seed and write on from it.

    Args:
        copy: whose network writes; it forgets what it read before.
        vocabulary: the model's.
        request: what to write.
        place: the place of the first completion among all that the random seed is for.

    Yields:
        After each chunk, what it added to each completion, one string for each of `request.count`
        (empty while the seed is read, and once a completion has ended). Between two chunks the caller may stop.
    """
    rows = next(rows for rows in ROW_COUNTS if rows >= request.count)
    seed = vocabulary.encode(request.seed)
    streams = [uniform_stream(request.random_seed, place + row) for row in range(rows)]
    ended = [row >= request.count for row in range(rows)]
    copy.reset(rows)
    # The first id is sampled after the seed's last is read, so the seed takes one step less than its length.
    first, end = len(seed) - 1, len(seed) - 1 + request.length
    for start in range(0, end, CHUNK):
        steps = min(end - start, CHUNK)
        forced = np.full((rows, steps), FREE, np.int32)
        given = seed[start : start + steps]
        forced[:, : len(given)] = given
        live = slice(min(max(first - start, 0), steps), steps)
        uniforms = np.zeros((rows, steps))
        for row, stream in enumerate(streams):
            uniforms[row, live] = stream.random(live.stop - live.start)
        sampled = copy.advance(forced, uniforms, request.top_n, request.temperature)
        texts = ["" if ended[row] else vocabulary.decode(sampled[row, live].tolist()) for row in range(request.count)]
        if request.first_line:
            for row, text in enumerate(texts):
                texts[row], line_break, _ = text.partition(LINE_BREAK)
                ended[row] |= bool(line_break)
        yield texts
        if all(ended):
            return


def uniform_stream(random_seed: int, completion: int) -> np.random.Generator:
    """Return the random numbers of one completion: they depend on the random seed and its place, on nothing else."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(random_seed, spawn_key=(completion,))))


def next_random_seed(random_seed: int) -> int:
    """Return the random seed of the text to try instead of this one's: the same for the same number, 0 to 2^53 - 1."""
    # The completions' random numbers come from the sequences with spawn keys of one number: this one is nobody else's.
    (word,) = np.random.SeedSequence(random_seed, spawn_key=(0, 1)).generate_state(1, np.uint64)
    return int(word) & MAX_RANDOM_SEED
