from __future__ import annotations

from bot.evaluation.folded_text import fold_items, join_items
from bot.generation.vocabulary import Vocabulary

ITEMS = ("Café “au lait”", "cafe\u0301", "snow ☃ man", "plain", "☃")


def test_items_are_folded_as_the_vocabulary_folds_them() -> None:
    vocabulary = Vocabulary.tutorial()
    assert fold_items(ITEMS, vocabulary).items == tuple(map(vocabulary.fold, ITEMS))


def test_what_was_replaced_and_what_was_dropped_is_counted() -> None:
    folded = fold_items(ITEMS, Vocabulary.tutorial())
    assert (folded.replaced, folded.dropped) == (4, 2)
    assert fold_items(("plain",), Vocabulary.tutorial()).items == ("plain",)


def test_items_are_joined_a_line_each_between_line_breaks() -> None:
    assert join_items(("one", "two")) == "\none\ntwo\n"
