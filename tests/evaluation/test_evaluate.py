from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bot.errors import InvalidInputError
from bot.evaluation.bits_per_character import make_keras_reader
from bot.evaluation.evaluate import EvaluationOptions, ModelRunner, evaluate
from bot.evaluation.words import WordList
from bot.generation.model import Model
from bot.generation.vocabulary import Vocabulary
from tests.support.random_models import NumpyCopy, random_model

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "ran", "café"]
RUNNER = ModelRunner(NumpyCopy, make_keras_reader)
OPTIONS = EvaluationOptions(top_ns=(1, 4, 2**31), characters=1000, reciting_top_n=4, reciting_characters=1200)


def some_items(seed: int, count: int) -> list[str]:
    source = random.Random(seed)
    return [" ".join(source.choices(WORDS, k=6)) for _ in range(count)]


SPLIT = (some_items(1, 400), [*some_items(2, 60), "☃"])


def quiet(doing: str, done: float, /) -> None:
    """Progress for nobody."""


def test_everything_is_measured(model: Model) -> None:
    words = WordList(WORDS[:5], "some.txt")
    found = evaluate(model, SPLIT, words, OPTIONS, quiet, RUNNER)
    assert found.learned_characters == sum(len(item) + 1 for item in SPLIT[0])
    assert found.held_out_characters == sum(len(item) + 1 for item in SPLIT[1][:-1])
    assert found.replaced == sum(item.count("é") for items in SPLIT for item in items)
    assert found.dropped == 1
    network, n_gram, compressor = found.predictors
    assert network.bits
    assert n_gram.bits
    assert n_gram.bits < 1.2  # it has learned the text
    assert network.bits > 5  # its weights are random
    assert compressor.bits < 1.2
    assert compressor.name.startswith("PPMd variant H, order ")
    assert [each.top_n for each in found.written] == [1, 4, 98]
    assert all(1000 <= each.characters < 1400 for each in found.written)
    assert found.floor.bigram_divergence < min(each.closeness.bigram_divergence for each in found.written) / 5
    assert len({each.words.words for each in found.written} | {found.real_words.words}) == 1
    assert found.real_words.in_list == pytest.approx(0.5, abs=0.1)
    assert found.real_words.known == 1
    assert 1200 <= found.reciting.characters < 1300
    assert (found.reciting.share, found.word_list) == (0, "some.txt")


def test_what_is_not_compared_is_read_for_recitations_all_the_same(model: Model) -> None:
    options = replace(OPTIONS, top_ns=(2,), reciting_top_n=3, baselines=False)
    found = evaluate(model, SPLIT, None, options, quiet, RUNNER)
    assert len(found.predictors) == 1
    assert (found.recommended, found.reciting.top_n, found.word_list) == (2, 3, "")


def test_the_same_random_seed_gives_the_same_evaluation(model: Model) -> None:
    options = replace(OPTIONS, top_ns=(4,), baselines=False)
    first, again = (evaluate(model, SPLIT, None, options, quiet, RUNNER) for _ in range(2))
    assert first == again
    other = evaluate(model, SPLIT, None, replace(options, random_seed=1), quiet, RUNNER)
    assert other.written != first.written


@pytest.mark.parametrize(
    ("characters", "split", "complaint"),
    [
        ("abc", SPLIT, "does not know the line break"),
        ("\nxyz", SPLIT, "nothing is left of the text to learn from"),
        ("\nabc", (["abc"], []), "nothing is left of the text held out"),
    ],
)
def test_what_nothing_can_be_measured_by_is_refused(
    characters: str, split: tuple[list[str], list[str]], complaint: str
) -> None:
    model = random_model(vocabulary=Vocabulary(characters))
    with pytest.raises(InvalidInputError, match=complaint):
        evaluate(model, split, None, OPTIONS, quiet, RUNNER)
