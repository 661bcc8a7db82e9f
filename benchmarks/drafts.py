"""Measure what a reply costs that is the best of several drafts, beside one that is the first text that comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from benchmarks.figures import Spread
from benchmarks.goals import MANY, Goal
from benchmarks.serving import PoolService
from benchmarks.tables import format_figure, format_table
from bot.generation.decode import decode_as_advised
from bot.generation.engines.select import make_stateful_copy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest

NAMES = ("Anna", "Ben", "Chidi", "Dana", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jonas")
"""Each is a seed."""
MOST_TIMES = 4.0
MOST_SECONDS = 1.0


@dataclass(slots=True)
class DraftCosts:
    """What replies of a model cost.

    Attributes:
        model: its name.
        drafts: how many its card advises.
        plain: seconds of a reply that is the first text that comes, decoded alike otherwise.
        advised: seconds of a reply as the card advises.
        last: seconds until the last of `MANY` replies that were asked for at once, as the card advises.
    """

    model: str
    drafts: int
    plain: Spread = field(default_factory=Spread)
    advised: Spread = field(default_factory=Spread)
    last: Spread = field(default_factory=Spread)


def measure_drafts(model: Model, rounds: int) -> DraftCosts:
    """Measure a model's replies, those with drafts and those without by turns."""
    costs = DraftCosts(model.name, model.card.use.drafts)
    service = PoolService(partial(make_stateful_copy, choice="auto"), model)
    try:
        service.serve(make_requests(model, 2))  # each worker writes once before it is measured
        for turn in range(rounds):
            requests = make_requests(model, len(NAMES), first_random_seed=turn * MANY)
            plain = [replace(request, drafts=1) for request in requests]
            for spread, asked in ((costs.plain, plain), (costs.advised, requests)):
                started = time.perf_counter()
                for request in asked:
                    service.serve([request])
                spread.values.append((time.perf_counter() - started) / len(asked))
            replies = service.serve(make_requests(model, MANY, first_random_seed=turn * MANY))
            costs.last.values.append(max(reply.seconds for reply in replies))
    finally:
        service.stop()
    return costs


def make_requests(model: Model, count: int, first_random_seed: int = 0) -> list[GenerationRequest]:
    """Make requests as people make them who give a name and nothing else."""
    one_item = model.card.use.one_item
    return [
        decode_as_advised(
            GenerationRequest(f"{NAMES[n % len(NAMES)]} ", random_seed=first_random_seed + n, first_line=one_item),
            model,
        )
        for n in range(count)
    ]


def judge_drafts(costs: DraftCosts) -> Iterator[Goal]:
    """Yield the goals with what was measured."""
    times = costs.advised.median / costs.plain.median
    yield Goal(
        f"a reply of {costs.model}, best of {costs.drafts} drafts, against the first", MOST_TIMES, times, most=True
    )
    what = f"{MANY} waiting, best of {costs.drafts} drafts of {costs.model}, last reply"
    yield Goal(what, MOST_SECONDS, costs.last.median, " s", most=True)


def format_drafts(costs: DraftCosts) -> str:
    """Format the figures as a table in Markdown."""
    rows = [
        ["the first text that comes", format_figure(costs.plain, 1000, 1), ""],
        [f"the best of {costs.drafts} drafts", format_figure(costs.advised, 1000, 1), format_figure(costs.last, 1, 2)],
    ]
    heads = [f"a reply of {costs.model}", "alone (ms)", f"last of {MANY} at once (s)"]
    return "\n".join(format_table(heads, iter(rows)))
