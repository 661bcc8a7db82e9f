"""Evaluate a model: measure all that this package can, one thing after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from bot.errors import InvalidInputError
from bot.evaluation import kneser_ney, ppmd
from bot.evaluation.bits_per_character import MakeReader, bits_per_character
from bot.evaluation.folded_text import FoldedItems, fold_items, join_items
from bot.evaluation.frequencies import compare_frequencies, recommend_top_n
from bot.evaluation.item_writer import ItemWriter
from bot.evaluation.progress import ReportProgress
from bot.evaluation.recitation import recited_share
from bot.evaluation.report import Evaluation, Predictor, Recitation, Written
from bot.evaluation.words import WordList, WordShares, measure_words
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.learned_text import RECITED, split_words
from bot.generation.model import Model
from bot.generation.vocabulary import LINE_BREAK

Items = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What to measure.

    Attributes:
        top_ns: the numbers of likeliest characters to compare, each 1 or more.
        characters: how many to write at each of them.
        reciting_top_n: the top-n of the text that is searched for recitations.
        reciting_characters: how many characters it has.
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
class ModelRunner:
    """What runs a model's network.

    Attributes:
        make_copy: makes the stateful copy that writes.
        make_reader: makes what reads the held-out text.
    """

    make_copy: Callable[[Model], StatefulCopy]
    make_reader: MakeReader


def evaluate(
    model: Model,
    split: tuple[Sequence[str], Sequence[str]],
    word_list: WordList | None,
    options: EvaluationOptions,
    report: ReportProgress,
    runner: ModelRunner,
) -> Evaluation:
    """Measure a model.

    Args:
        model: the model, which must know the line break.
        split: the items that it learned, and those held out.
        word_list: the words that exist, where there is a list.
        options: what to measure.
        report: is told what is under way.
        runner: reads and writes with the model.

    Raises:
        InvalidInputError: the model or the text is of no use for this.
    """
    learned, held_out = _fold_split(model, split)
    predictors = tuple(_compare_predictors(model, learned.items, held_out.items, options, report, runner))
    report("compiling the model", 0)
    writer = ItemWriter(runner.make_copy(model), model.vocabulary, held_out.items, options.random_seed)
    top_ns = sorted({min(n, len(model.vocabulary)) for n in options.top_ns})
    written, recited = _write_texts(writer, top_ns, options, report)
    report("measuring the text", 0)
    measured, real_words = _measure_texts(written, learned.items, held_out.items, word_list)
    same_length = _spread(learned.items, options.characters)
    return Evaluation(
        model=model.name,
        vocabulary_size=len(model.vocabulary),
        learned_characters=_count_characters(learned.items),
        held_out_characters=_count_characters(held_out.items),
        replaced=learned.replaced + held_out.replaced,
        dropped=learned.dropped + held_out.dropped,
        predictors=predictors,
        written=measured,
        floor=compare_frequencies(join_items(same_length), join_items(held_out.items)),
        real_words=real_words,
        word_list=word_list.name if word_list else "",
        reciting=_measure_recitation(options.reciting_top_n, recited, learned.items, held_out.items),
        recommended=_recommend(measured, real_words),
        random_seed=options.random_seed,
    )


def _fold_split(model: Model, split: tuple[Sequence[str], Sequence[str]]) -> tuple[FoldedItems, FoldedItems]:
    if LINE_BREAK not in model.vocabulary:
        raise InvalidInputError(f"model {model.name} does not know the line break, which items end with")
    learned, held_out = (_drop_empty(fold_items(items, model.vocabulary)) for items in split)
    for name, folded in (("to learn from", learned), ("held out", held_out)):
        if not folded.items:
            raise InvalidInputError(f"nothing is left of the text {name} in the characters that {model.name} knows")
    return learned, held_out


def _drop_empty(folded: FoldedItems) -> FoldedItems:
    return FoldedItems(tuple(item for item in folded.items if item.strip()), folded.replaced, folded.dropped)


def _compare_predictors(
    model: Model,
    learned: Items,
    held_out: Items,
    options: EvaluationOptions,
    report: ReportProgress,
    runner: ModelRunner,
) -> Iterator[Predictor]:
    """Yield how well the model predicts the held-out text; then, if asked for, what simpler models come to."""
    before, text = join_items(learned), join_items(held_out)
    bits = bits_per_character(model, text, partial(report, "reading the held-out text"), runner.make_reader)
    yield Predictor(model.name, bits)
    if not options.baselines:
        return
    n_gram = kneser_ney.KneserNey(before, model.vocabulary.characters, on_progress=partial(report, "counting n-grams"))
    yield _choose_order("Kneser-Ney", n_gram.bits_per_character(text), n_gram.learned, before)
    by_order = ppmd.bits_per_character(before, text[1:], partial(report, "compressing"))
    yield _choose_order("PPMd variant H", by_order, ppmd.MOST_LEARNED, before)


def _choose_order(name: str, by_order: Mapping[int, float], learned: int, text: str) -> Predictor:
    """Return a baseline at the order at which it predicts best."""
    order = min(by_order, key=by_order.__getitem__)
    note = f"learned the last {learned:,} characters" if learned < len(text) else ""
    return Predictor(f"{name}, order {order}", by_order[order], note)


def _write_texts(
    writer: ItemWriter, top_ns: Sequence[int], options: EvaluationOptions, report: ReportProgress
) -> tuple[dict[int, Items], Items]:
    """Write at each top-n; return the texts by top-n, and the text to search for recitations."""
    texts = {}
    for top_n in dict.fromkeys([*top_ns, options.reciting_top_n]):
        wanted = options.characters if top_n in top_ns else 0
        if top_n == options.reciting_top_n:
            wanted = max(wanted, options.reciting_characters)
        texts[top_n] = writer.write_items(top_n, wanted, partial(report, f"writing with {top_n} characters kept"))
    written = {top_n: _first(texts[top_n], options.characters) for top_n in top_ns}
    return written, _first(texts[options.reciting_top_n], options.reciting_characters)


def _measure_texts(
    written: Mapping[int, Items], learned: Items, held_out: Items, word_list: WordList | None
) -> tuple[tuple[Written, ...], WordShares]:
    """Measure what was written at each top-n, and the words of the held-out text: as many words of each."""
    real_text = join_items(held_out)
    words = {top_n: split_words(items) for top_n, items in written.items()}
    real_words = split_words(held_out)
    count = min(len(real_words), *map(len, words.values()))
    learned_words = frozenset(split_words(learned))
    measured = tuple(
        Written(
            top_n,
            _count_characters(items),
            compare_frequencies(join_items(items), real_text),
            measure_words(words[top_n][:count], word_list, learned_words),
        )
        for top_n, items in written.items()
    )
    return measured, measure_words(real_words[:count], word_list, learned_words)


def _measure_recitation(top_n: int, written: Items, learned: Items, held_out: Items) -> Recitation:
    share, real_share = (recited_share(items, learned) for items in (written, held_out))
    return Recitation(top_n, _count_characters(written), RECITED, share, real_share)


def _recommend(measured: Sequence[Written], real_words: WordShares) -> int:
    closeness = {each.top_n: each.closeness for each in measured}
    known = {each.top_n: each.words.known for each in measured}
    return recommend_top_n(closeness, known, real_words.known)


def _first(items: Items, characters: int) -> Items:
    """Return the first items that make up as many characters."""
    reached = accumulate(len(item) + 1 for item in items)
    return items[: 1 + sum(length < characters for length in reached)]


def _spread(items: Items, characters: int) -> Items:
    """Return items from all over the text that make up about as many characters."""
    count = min(len(items), math.ceil(len(items) * characters / _count_characters(items)))
    return tuple(items[index * len(items) // count] for index in range(count))


def _count_characters(items: Items) -> int:
    return sum(len(item) + 1 for item in items)
