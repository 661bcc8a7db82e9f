from __future__ import annotations

import pytest

from bot.evaluation.item_writer import PRIME, ItemWriter
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from tests.support.random_models import NumpyCopy
from tests.support.reference_texts import write_by_reference

HELD_OUT = ["a first item of real text", "another"]


def writer(model: Model, random_seed: int = 1, held_out: list[str] = HELD_OUT) -> ItemWriter:
    return ItemWriter(NumpyCopy(model), model.vocabulary, held_out, random_seed)


def test_items_are_what_the_model_writes_after_held_out_ones(model: Model) -> None:
    items = writer(model).write_items(98, 400)
    seeds = [f"\n{item}\n" for item in HELD_OUT]
    for place, item in enumerate(items[:20]):
        request = GenerationRequest(seeds[place // 10 % 2], 98, 26, 1)
        assert item == write_by_reference(model, request, place).split("\n")[0][: len(item)]
    assert len({*items}) > 5
    assert sum(len(item) + 1 for item in items) >= 400
    assert max(map(len, items)) <= 26


def test_the_random_seed_alone_decides(model: Model) -> None:
    assert writer(model).write_items(5, 300) == writer(model).write_items(5, 300)
    assert writer(model).write_items(5, 300) != writer(model, 2).write_items(5, 300)


def test_nothing_is_written_twice_from_one_beginning_where_nothing_is_left_to_chance(model: Model) -> None:
    assert len(writer(model).write_items(1, 30)) == 2


def test_where_nothing_is_left_to_chance_a_beginning_that_comes_round_is_not_written_on_from_again(
    model: Model,
) -> None:
    class CountingCopy(NumpyCopy):
        primed = -1  # making it resets it for the first time

        def reset(self, rows: int) -> None:
            self.primed += 1
            super().reset(rows)

    copy = CountingCopy(model)
    items = ItemWriter(copy, model.vocabulary, HELD_OUT, 1).write_items(1, 200)
    assert len(items) > 4
    assert items == (items[:2] * len(items))[: len(items)]
    assert copy.primed == len(HELD_OUT)


def test_an_item_that_is_cut_ends_with_a_whole_word(model: Model) -> None:
    short = ItemWriter(NumpyCopy(model), model.vocabulary, ["x" * 9], 1)
    assert short._drop_cut_word("one two th") == "one two"
    assert short._drop_cut_word("one two t") == "one two t"
    assert short._drop_cut_word("onetwothre") == "onetwothre"


def test_only_the_end_of_a_long_item_is_read_first(model: Model) -> None:
    assert all(len(prime) == PRIME for prime in writer(model, held_out=["x" * 500])._primes)


def test_progress_is_told(model: Model) -> None:
    shares: list[float] = []
    writer(model).write_items(3, 600, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
