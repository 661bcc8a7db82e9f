"""Advise a trained model's users, on its card: how it is best decoded, and samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.evaluation.folded_text import join_items
from bot.evaluation.frequencies import compare_frequencies, recommend_top_n
from bot.evaluation.item_writer import ItemWriter
from bot.evaluation.progress import ReportProgress, report_to_nobody
from bot.evaluation.words import measure_words
from bot.generation.card import Sample
from bot.generation.decode import write_texts
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.learned_text import split_words
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.training.voice_advice import advise_voice

COMPARED = (1, 2, 3, 5, 10, 20, 50)
CHARACTERS = 40_000
"""So many are written at each: fewer cannot tell a top-n of 10 from all."""
SAMPLED = (1, 2, 3, 5, 10)
SAMPLE_LENGTH = 280


def add_advice(
    model: Model, learned: Sequence[str], held_out: Sequence[str], report: ReportProgress = report_to_nobody
) -> Model:
    """Add a suggested top-n, how its voice is best decoded, and samples to the model's card.

    Args:
        model: the trained model.
        learned: items whose words count as real.
        held_out: items to compare its text with.
        report: is told what is under way.
    """
    report("compiling the model", 0)
    copy = TensorFlowCopy(model)
    real = [item for item in held_out if item.strip()]
    writer = ItemWriter(copy, model.vocabulary, real, random_seed=0)
    known = frozenset(split_words(learned))
    items = {
        n: writer.write_items(n, CHARACTERS, partial(report, f"writing with {n} characters kept"))
        for n in COMPARED
        if n <= len(model.vocabulary)
    }
    report("comparing what was written", 0)
    top_n = recommend_top_n(
        {n: compare_frequencies(join_items(written), join_items(real)) for n, written in items.items()},
        {n: measure_words(split_words(written), None, known).known for n, written in items.items()},
        measure_words(split_words(real), None, known).known,
    )
    seeds = model.card.use.seeds
    samples = tuple(
        _write_sample(model, copy, seeds[index % len(seeds)], top_n=top_n, random_seed=index + 1)
        for index, top_n in enumerate(SAMPLED)
    )
    use = model.card.use.model_copy(update={"top_n": top_n})
    advised = replace(model, card=model.card.model_copy(update={"use": use, "samples": samples}))
    return advise_voice(advised, copy, real, partial(report, "trying how it is best decoded"))


def _write_sample(model: Model, copy: TensorFlowCopy, seed: str, *, top_n: int, random_seed: int) -> Sample:
    request = GenerationRequest(seed, top_n, SAMPLE_LENGTH, random_seed, first_line=True)
    (text,) = write_texts(copy, model.vocabulary, request)
    return Sample(top_n=top_n, random_seed=random_seed, seed=seed, text=text)
