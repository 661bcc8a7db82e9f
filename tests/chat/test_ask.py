from __future__ import annotations

import pytest

from bot.chat.ask import Ask, make_request
from bot.chat.policy import Policy
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.limits import MAX_SEED


@pytest.fixture
def policy(model: Model) -> Policy:
    return Policy(
        catalog=Catalog([model], model.name),
        models=(model,),
        default_model=model,
        top_n=None,
        max_length=2000,
        max_count=10,
        words=None,
        keep_links=False,
        answer_mentions=True,
    )


def test_each_text_counts_as_one_for_every_500_characters_begun() -> None:
    weights = {length: Ask(length=length).weight for length in (-1, 0, 1, 280, 500, 501, 1000, 2000)}
    assert weights == {-1: 1, 0: 1, 1: 1, 280: 1, 500: 1, 501: 2, 1000: 2, 2000: 4}
    assert Ask().weight == 1
    assert Ask(count=3).weight == 3
    assert Ask(count=10, length=2000).weight == 40
    assert Ask(count=0).weight == 1


@pytest.mark.parametrize("piece", ["\ufdfa", "\ufdfa5$", "n\u0336\u0337", "a"])
def test_a_seed_stays_within_bounds_once_it_is_spelt_out(model: Model, policy: Policy, piece: str) -> None:
    typed = (piece * MAX_SEED)[:MAX_SEED]
    request = make_request(Ask(seed=typed, max_seed=MAX_SEED), model, policy)
    assert request.typed_seed == typed
    assert 1 <= len(request.seed) <= MAX_SEED


def test_the_work_of_a_request_is_what_is_read_and_may_be_written(model: Model, policy: Policy) -> None:
    assert make_request(Ask(seed="Once", length=20), model, policy).work == 24
    assert make_request(Ask(seed="Once", length=2000, count=10), model, policy).work == 20_004
