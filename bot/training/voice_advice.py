"""Find how a trained model's voice is best decoded: the min-p and temperature at which most drafts pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from bot.evaluation.words import measure_words
from bot.generation.choose import Draft, choose, judge, widen
from bot.generation.decode import decode_as_advised, write_texts
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.learned_text import split_words
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.limits import DEFAULT_LENGTH, MAX_COUNT

SETTINGS = tuple(product((0.05, 0.1, 0.2, 0.3), (0.8, 1.0)))
"""The pairs of min-p and temperature that are tried."""
SEEDS = 20
"""How many seeds each is tried with, `MAX_COUNT` drafts a seed."""
VARIETY = 0.9
"""Drafts have at least this share of the different runs of three words that as much real text has."""
MOST_LONG_ITEMS = 0.1
"""Where more of a text's items are longer than a reply, a reply is not one item."""


@dataclass(frozen=True)
class Trial:
    """What one pair of settings came to.

    Attributes:
        min_p: see `bot.generation.request.Sampling`.
        temperature: see there.
        passing: the share of drafts that have no fault, 0 to 1.
        variety: the share of different runs of three words in those drafts, 0 to 1.
    """

    min_p: float
    temperature: float
    passing: float
    variety: float


def advise_voice(
    model: Model,
    copy: StatefulCopy,
    held_out: Sequence[str],
    on_progress: Callable[[float], None] = lambda _: None,
) -> Model:
    """Write on the model's card how its voice is best decoded.

    Args:
        model: the model, with what is remembered of its text.
        copy: a stateful copy of it.
        held_out: items that it did not learn, none empty.
        on_progress: is called with the share of the settings that is tried.
    """
    one_item = sum(len(item) > DEFAULT_LENGTH for item in held_out) <= MOST_LONG_ITEMS * len(held_out)
    seeds = _pick_seeds(held_out)
    trials: list[Trial] = []
    for min_p, temperature in SETTINGS:
        trials.append(_try(model, copy, seeds, min_p, temperature, one_item=one_item))
        on_progress(len(trials) / len(SETTINGS))
    best = choose_trial(
        trials, measure_words(split_words(held_out[: SEEDS * MAX_COUNT]), None, frozenset()).distinct_trigrams
    )
    advice = {"min_p": best.min_p, "temperature": best.temperature, "drafts": MAX_COUNT, "one_item": one_item}
    advised = replace(model, card=model.card.model_copy(update={"use": model.card.use.model_copy(update=advice)}))
    use = advised.card.use.model_copy(update={"example": _write_example(advised, copy)})
    return replace(model, card=model.card.model_copy(update={"use": use}))


def _write_example(model: Model, copy: StatefulCopy) -> str:
    """Return what the model replies to the first of its seeds, as it is best decoded."""
    use = model.card.use
    request = decode_as_advised(GenerationRequest(use.seeds[0], random_seed=1, first_line=True), model)
    drafts = _write_drafts(model, copy, request)
    return f"{request.seed}{choose(drafts, request)[0]}".rstrip()


def _write_drafts(model: Model, copy: StatefulCopy, request: GenerationRequest) -> list[Draft]:
    return judge(write_texts(copy, model.vocabulary, widen(request)), request, model.learned)


def choose_trial(trials: Sequence[Trial], real_variety: float) -> Trial:
    """Return the trial with the most passing drafts among those that are nearly as various as real text.

    Where none is, the most various one.
    """
    various = [trial for trial in trials if trial.variety >= VARIETY * real_variety]
    if not various:
        return max(trials, key=lambda trial: trial.variety)
    return max(various, key=lambda trial: (trial.passing, trial.variety))


def _pick_seeds(held_out: Sequence[str]) -> list[str]:
    """Return the first word, or first characters, of some items: what people type is as short."""
    some = held_out[:: max(len(held_out) // SEEDS, 1)][:SEEDS]
    return [f"{item.split(' ', 1)[0]} " if " " in item else item[:2] for item in some]


def _try(
    model: Model, copy: StatefulCopy, seeds: Sequence[str], min_p: float, temperature: float, *, one_item: bool
) -> Trial:
    passing: list[str] = []
    for number, seed in enumerate(seeds):
        request = GenerationRequest(
            seed=seed,
            top_n=len(model.vocabulary),
            random_seed=number,
            first_line=one_item,
            min_p=min_p,
            temperature=temperature,
            drafts=MAX_COUNT,
        )
        drafts = _write_drafts(model, copy, request)
        passing += [draft.text for draft in drafts if not draft.faults]
    variety = measure_words(split_words(passing), None, frozenset()).distinct_trigrams
    return Trial(min_p, temperature, len(passing) / (len(seeds) * MAX_COUNT), variety)
