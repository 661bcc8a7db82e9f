from __future__ import annotations

from benchmarks.drafts import NAMES, format_drafts, judge_drafts, make_requests
from benchmarks.figures import Spread
from bot.generation.card import Use
from tests.support.benchmark_results import draft_costs
from tests.support.random_models import random_model


def test_goals_are_judged_by_the_medians() -> None:
    costs = draft_costs()
    assert [goal.reached for goal in judge_drafts(costs)] == [True, True]
    costs.advised, costs.last = Spread([0.042]), Spread([1.1])
    assert [goal.reached for goal in judge_drafts(costs)] == [False, False]


def test_the_table_says_what_both_kinds_of_reply_cost() -> None:
    table = format_drafts(draft_costs())
    assert "| the first text that comes | 10.0 (10.0–10.0) |" in table
    assert "37.0 (36.0–38.0) | " in table
    assert "0.98 (0.98–0.98) |" in table


def test_requests_are_decoded_as_the_card_advises() -> None:
    model = random_model()
    use = Use(min_p=0.1, temperature=0.8, drafts=10, one_item=True)
    model = type(model)(model.name, model.card.model_copy(update={"use": use}), model.weights)
    requests = make_requests(model, len(NAMES) + 1, first_random_seed=5)
    assert {(r.min_p, r.temperature, r.drafts, r.first_line) for r in requests} == {(0.1, 0.8, 10, True)}
    assert requests[0].seed == requests[-1].seed == f"{NAMES[0]} "
    assert len({request.random_seed for request in requests}) == len(requests)
