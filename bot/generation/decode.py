"""Write a request's completions with a stateful copy, a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bot.generation.engines.protocol import CHUNK, FREE, ROW_COUNTS, StatefulCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import LINE_BREAK, Vocabulary
from bot.limits import MAX_RANDOM_SEED


def write(
    copy: StatefulCopy, vocabulary: Vocabulary, request: GenerationRequest, *, first_completion: int = 0
) -> Iterator[list[str]]:
    """Prime `copy` with the request's seed and write on from it; between two chunks the caller may stop.

    Args:
        copy: the stateful copy that writes; it forgets what it read before.
        vocabulary: the model's.
        request: what to write.
        first_completion: the index of the first completion among all those of the random seed.

    Yields:
        After each chunk, what it added to each of the `request.count` completions: an empty string while the seed is
        read, and once the completion has ended.
    """
    # The options alone fix the row count, so that the same request always gives the same text.
    rows = next(rows for rows in ROW_COUNTS if rows >= request.count)
    copy.reset(rows)
    seed = vocabulary.encode(request.seed)
    streams = [uniform_stream(request.random_seed, first_completion + row) for row in range(rows)]
    ended = [row >= request.count for row in range(rows)]  # rows beyond the count are computed, but not shown
    # The first id is sampled after the seed's last is read, so the seed takes one step less than its length.
    first, end = len(seed) - 1, len(seed) - 1 + request.length
    for start in range(0, end, CHUNK):
        steps = min(end - start, CHUNK)
        # Force the seed's ids while they last; after them each step reads what was sampled last.
        forced = np.full((rows, steps), FREE, np.int32)
        seed_part = seed[start : start + steps]
        forced[:, : len(seed_part)] = seed_part
        # Draw a random number for each step that writes, none for those that read the seed.
        writing = slice(min(max(first - start, 0), steps), steps)
        uniforms = np.zeros((rows, steps))
        for row, stream in enumerate(streams):
            uniforms[row, writing] = stream.random(writing.stop - writing.start)
        # Advance the network, and decode what it sampled after the seed.
        ids = copy.advance(forced, uniforms, request.sampling)[:, writing]
        texts = ["" if ended[row] else vocabulary.decode(ids[row].tolist()) for row in range(request.count)]
        # Cut each text at its first line break, where that ends the completion.
        if request.first_line:
            for row, text in enumerate(texts):
                texts[row], line_break, _ = text.partition(LINE_BREAK)
                ended[row] |= bool(line_break)
        yield texts
        if all(ended):
            return


def write_texts(
    copy: StatefulCopy,
    vocabulary: Vocabulary,
    request: GenerationRequest,
    *,
    first_completion: int = 0,
    after_chunk: Callable[[], None] = lambda: None,
) -> list[str]:
    """Write a request's completions to their ends, and return them.

    Args:
        copy: see `write`.
        vocabulary: see there.
        request: see there.
        first_completion: see there.
        after_chunk: is called after each chunk; what it raises ends the writing.
    """
    texts = [""] * request.count
    for added in write(copy, vocabulary, request, first_completion=first_completion):
        texts = [text + more for text, more in zip(texts, added, strict=True)]
        after_chunk()
    return texts


def decode_as_advised(request: GenerationRequest, model: Model) -> GenerationRequest:
    """Return the request decoded as the model's card advises: that is its voice."""
    use = model.card.use
    # Where min-p cuts, a top-n would cut more: all characters are kept until then.
    top_n = len(model.vocabulary) if use.min_p else use.top_n
    return replace(request, top_n=top_n, min_p=use.min_p, temperature=use.temperature, drafts=use.drafts)


def uniform_stream(random_seed: int, completion: int) -> np.random.Generator:
    """Return the random numbers of a completion, which depend on the random seed and the completion's index alone."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(random_seed, spawn_key=(completion,))))


def next_random_seed(random_seed: int) -> int:
    """Return the random seed to try after this one: the same for the same number, 0 to 2^53 - 1."""
    # Completions use spawn keys of one number, so no completion draws from this sequence.
    (word,) = np.random.SeedSequence(random_seed, spawn_key=(0, 1)).generate_state(1, np.uint64)
    return int(word) & MAX_RANDOM_SEED
