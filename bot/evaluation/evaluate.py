"""Measures a model by everything there is here, one thing after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Protocol

from bot.errors import InvalidInputError
from bot.evaluation import bits_per_character, kneser_ney, ppmd
from bot.evaluation.folded_text import FoldedItems, fold_items, join
from bot.evaluation.frequencies import closeness, recommend
from bot.evaluation.recitation import WINDOW, recited_share
from bot.evaluation.report import Evaluation, Predictor, Recitation, Written
from bot.evaluation.sampling import Sampler
from bot.evaluation.words import WordList, WordShares, measure, split_words
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.model import Model
from bot.generation.vocabulary import LINE_BREAK

Items = tuple[str, ...]


class ReportProgress(Protocol):
    """Is told what is being done, and the share of it that is done."""

    def __call__(self, doing: str, done: float, /) -> None:
        """ReportProgress how far the evaluation is."""


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What to measure.

    Attributes:
        top_ns: the numbers of likeliest characters to compare, each 1 or more.
        characters: how many to write at each of them.
        reciting_top_n: what is written at to look for recitations.
        reciting_characters: how many are written for that.
        baselines: whether to compare with simpler models too.
        random_seed: makes what is written repeatable.
    """

    top_ns: tuple[int, ...] = (1, 2, 3, 5, 10, 20)
    characters: int = 40_000
    reciting_top_n: int = 5
    reciting_characters: int = 100_000
    baselines: bool = True
    random_seed: int = 0


@dataclass(frozen=True, slots=True)
class WordSource:
    """A list of words that exist, and the name of the file it is from."""

    name: str
    words: WordList


@dataclass(frozen=True, slots=True)
class Engine:
    """What stands between a model's weights and its text.

    Attributes:
        make_copy: makes the stateful copy that writes.
        make_reader: makes what reads the held-out text.
    """

    make_copy: Callable[[Model], StatefulCopy]
    make_reader: bits_per_character.MakeReader


def evaluate(
    model: Model,
    split: tuple[Sequence[str], Sequence[str]],
    word_source: WordSource | None,
    options: EvaluationOptions,
    say: ReportProgress,
    engine: Engine,
) -> Evaluation:
    """Measure a model.

    Args:
        model: which one; it must know the line break.
        split: the items that it learned, and those held out.
        word_source: what says whether a word exists, where there is a list.
        options: what to measure.
        say: told what is under way.
        engine: what reads and writes.

    Raises:
        InvalidInputError: the model or the text is of no use for this.
    """
    learned, held_out = _folded(model, split)
    size = len(model.vocabulary)
    predictors = tuple(_predictors(model, learned.items, held_out.items, options, say, engine))
    say("compiling the model", 0)
    sampler = Sampler(engine.make_copy(model), model.vocabulary, held_out.items, options.random_seed)
    written, recited = _write(sampler, sorted({min(n, size) for n in options.top_ns}), options, say)
    say("measuring the text", 0)
    measured, real_words = _measure(written, learned.items, held_out.items, word_source)
    same_length = _spread(learned.items, options.characters)
    return Evaluation(
        model=model.name,
        vocabulary_size=size,
        learned_characters=_characters(learned.items),
        held_out_characters=_characters(held_out.items),
        replaced=learned.replaced + held_out.replaced,
        dropped=learned.dropped + held_out.dropped,
        predictors=predictors,
        written=measured,
        floor=closeness(join(same_length), join(held_out.items)),
        real_words=real_words,
        word_list=word_source.name if word_source else "",
        reciting=Recitation(
            top_n=options.reciting_top_n,
            characters=_characters(recited),
            window=WINDOW,
            share=recited_share(recited, learned.items),
            real_share=recited_share(held_out.items, learned.items),
        ),
        recommended=recommend(
            {each.top_n: each.closeness for each in measured},
            {each.top_n: each.words.known for each in measured},
            real_words.known,
        ),
        random_seed=options.random_seed,
    )


def _folded(model: Model, split: tuple[Sequence[str], Sequence[str]]) -> tuple[FoldedItems, FoldedItems]:
    if LINE_BREAK not in model.vocabulary:
        raise InvalidInputError(f"model {model.name} does not know the line break, which items end with")
    learned, held_out = (_without_empty(fold_items(items, model.vocabulary)) for items in split)
    for name, of in (("to learn from", learned), ("held out", held_out)):
        if not of.items:
            raise InvalidInputError(f"nothing is left of the text {name} in the characters that {model.name} knows")
    return learned, held_out


def _without_empty(folded: FoldedItems) -> FoldedItems:
    return FoldedItems(tuple(item for item in folded.items if item.strip()), folded.replaced, folded.dropped)


def _predictors(
    model: Model, learned: Items, held_out: Items, options: EvaluationOptions, say: ReportProgress, engine: Engine
) -> Iterator[Predictor]:
    text = join(held_out)
    say_so = partial(say, "reading the held-out text")
    yield Predictor(model.name, bits_per_character.bits_per_character(model, text, say_so, engine.make_reader))
    if not options.baselines:
        return
    before = join(learned)
    n_gram = kneser_ney.KneserNey(before, model.vocabulary.characters, say=partial(say, "counting n-grams"))
    by_order = n_gram.bits_per_character(text)
    order = min(by_order, key=by_order.__getitem__)
    yield Predictor(f"Kneser-Ney, order {order}", by_order[order], _last_of(n_gram.learned, before))
    by_order = ppmd.bits_per_character(before, text[1:], partial(say, "compressing"))
    order = min(by_order, key=by_order.__getitem__)
    note = _last_of(min(len(before), ppmd.MOST_LEARNED), before)
    yield Predictor(f"PPMd variant H, order {order}", by_order[order], note)


def _last_of(learned: int, text: str) -> str:
    return f"learned the last {learned:,} characters" if learned < len(text) else ""


def _write(
    sampler: Sampler, top_ns: Sequence[int], options: EvaluationOptions, say: ReportProgress
) -> tuple[dict[int, Items], Items]:
    """Return what is written at each top-n; and, to look for recitations, at that one."""
    written = {}
    recited = None
    for top_n in top_ns:
        wanted = options.characters
        if top_n == options.reciting_top_n:
            wanted = max(wanted, options.reciting_characters)
        items = sampler.items(top_n, wanted, partial(say, f"writing with {top_n} characters kept"))
        written[top_n] = _first(items, options.characters)
        if top_n == options.reciting_top_n:
            recited = _first(items, options.reciting_characters)
    if recited is None:
        say_so = partial(say, f"writing with {options.reciting_top_n} characters kept")
        recited = sampler.items(options.reciting_top_n, options.reciting_characters, say_so)
    return written, recited


def _measure(
    written: Mapping[int, Items], learned: Items, held_out: Items, source: WordSource | None
) -> tuple[tuple[Written, ...], WordShares]:
    real_text = join(held_out)
    words = {top_n: split_words(items) for top_n, items in written.items()}
    real_words = split_words(held_out)
    count = min(len(real_words), *map(len, words.values()))
    learned_words = frozenset(split_words(learned))

    def shares(of: list[str]) -> WordShares:
        return measure(of[:count], source.words if source else None, learned_words)

    measured = (
        Written(top_n, _characters(items), closeness(join(items), real_text), shares(words[top_n]))
        for top_n, items in written.items()
    )
    return tuple(measured), shares(real_words)


def _first(items: Items, characters: int) -> Items:
    """Return the first items that make up as many characters."""
    reached = accumulate(len(item) + 1 for item in items)
    return items[: 1 + sum(length < characters for length in reached)]


def _spread(items: Items, characters: int) -> Items:
    """Items from all over the text that make up about as many characters."""
    count = min(len(items), math.ceil(len(items) * characters / _characters(items)))
    return tuple(items[place * len(items) // count] for place in range(count))


def _characters(items: Items) -> int:
    return sum(len(item) + 1 for item in items)
