from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInputError
from bot.generation.vocabulary import Vocabulary
from bot.limits import MAX_VOCABULARY
from bot.training.training_text import (
    EncodedItems,
    TrainingText,
    extend_vocabulary,
    first_words,
    split_items,
    take_most_frequent,
)

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "a", "dog", "ran"]


def some_items(count: int = 600) -> list[str]:
    source = random.Random(1)
    return [f"{place} {' '.join(source.choices(WORDS, k=8))}" for place in range(count)]


def texts(text: TrainingText, part: EncodedItems) -> list[str]:
    return [text.vocabulary.decode(part.read(place)) for place in range(len(part))]


def test_about_a_twentieth_is_held_out_and_nothing_is_lost(tmp_path: Path) -> None:
    items = some_items()
    text = TrainingText.prepare(items, tmp_path, take_most_frequent)
    assert 15 <= len(text.held_out) <= 45
    assert sorted(texts(text, text.learned) + texts(text, text.held_out)) == sorted(f"{item}\n" for item in items)
    assert text.facts.items == 600
    assert text.facts.size == sum(len(item) + 1 for item in items)
    assert len(text.facts.held_out_starts) == 5
    held_out = texts(text, text.held_out)
    assert all(any(item.startswith(start) for item in held_out) for start in text.facts.held_out_starts)


def test_what_one_text_holds_out_every_text_holds_out_that_has_it(tmp_path: Path) -> None:
    items = some_items()
    part, shuffled = items[100:300], random.Random(2).sample(items, 600)
    of_part, of_all = (set(split_items(each)[1]) for each in (part, shuffled))
    assert of_part == of_all & set(part)
    assert set(split_items(items)[1]) == of_all


@given(st.sets(st.text(max_size=3), min_size=1, max_size=30))
def test_something_is_held_out_of_the_smallest_text(items: set[str]) -> None:
    learned, held_out = split_items(items)
    assert held_out
    assert sorted(learned + held_out) == sorted(items)


def test_it_reads_back_what_it_prepared(tmp_path: Path) -> None:
    prepared = TrainingText.prepare(some_items(), tmp_path, take_most_frequent)
    read = TrainingText.read(tmp_path)
    assert read.facts == prepared.facts
    for one, other in ((read.learned, prepared.learned), (read.held_out, prepared.held_out)):
        assert np.array_equal(one.ids, other.ids)
        assert np.array_equal(one.starts, other.starts)


def test_duplicates_count_once_wherever_they_stand(tmp_path: Path) -> None:
    items = some_items()
    (tmp_path / "alone").mkdir()
    text = TrainingText.prepare([*items, *items[::3], items[0]], tmp_path, take_most_frequent)
    assert text.facts.duplicates == 201
    alone = TrainingText.prepare(items, tmp_path / "alone", take_most_frequent)
    assert texts(text, text.held_out) == texts(alone, alone.held_out)
    assert texts(text, text.learned) == texts(alone, alone.learned)


def test_splitting_in_memory_agrees_with_splitting_on_disk(tmp_path: Path) -> None:
    items = some_items()
    items += items[5:50]
    text = TrainingText.prepare(items, tmp_path, take_most_frequent)
    learned, held_out = split_items(items)
    assert [f"{item}\n" for item in learned] == texts(text, text.learned)
    assert [f"{item}\n" for item in held_out] == texts(text, text.held_out)


def test_what_the_vocabulary_lacks_is_folded_or_dropped_and_reported(tmp_path: Path) -> None:
    items = [f"{item} café ☃" for item in some_items()]
    text = TrainingText.prepare(items, tmp_path, lambda _: Vocabulary.tutorial())
    assert text.facts.replaced == {"é": 600, "☃": 600}
    assert all(item.endswith(" cafe \n") for item in texts(text, text.learned))


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([], "0 different lines"),
        (["one line"] * 5000, "1 different lines: it takes 20 or more, one item a line"),
        (["a", "b"], "2 different lines"),
        ([f"line {n}" for n in range(50)], "390 characters: training needs 10,000 or more"),
    ],
)
def test_a_text_too_small_is_refused(tmp_path: Path, items: list[str], complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        TrainingText.prepare(items, tmp_path, lambda counts: take_most_frequent(counts or Counter("\n")))


def test_the_most_frequent_characters_make_the_vocabulary() -> None:
    counts = Counter({chr(0x4E00 + n): n + 1 for n in range(1000)}) + Counter({"\n": 5000, " ": 4000})
    vocabulary = take_most_frequent(counts)
    assert len(vocabulary) == MAX_VOCABULARY
    assert "\n" in vocabulary
    assert chr(0x4E00 + 999) in vocabulary
    assert chr(0x4E00) not in vocabulary


def test_a_vocabulary_grows_behind_its_own_characters() -> None:
    vocabulary = extend_vocabulary(Vocabulary("\nab"), Counter({"\n": 3, "z": 1, "c": 9, "a": 2}))
    assert vocabulary.characters == "\nabcz"
    full = Vocabulary("\n" + "".join(chr(0x4E00 + n) for n in range(MAX_VOCABULARY - 3)))
    assert extend_vocabulary(full, Counter({"z": 1, "c": 9})).characters == full.characters + "c"


@pytest.mark.parametrize(
    ("item", "start"),
    [
        ("Braedorisaur\n", "Brae"),
        ("かたてかかすなえとなのき。\n", "かたてか"),
        ("我能吞下玻璃而不伤身体。我能吞下玻璃而不伤身体。我能吞下玻璃而不伤身体。\n", "我能吞下玻璃而不"),
        ("x" * 50 + " y", "xxxxxxxx"),
        ("क्षत्रिय", "क्ष"),
        ("می\u200cخواهم", "می\u200c"),
        ("👩🏽\u200d💻👍🏽😀", "👩🏽\u200d💻"),
        ("🇯🇵🇫🇷🇩🇪", "🇯🇵"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f😀", None),
        ("語", "語"),
    ],
)
def test_where_there_are_no_blanks_an_item_starts_with_its_first_characters(item: str, start: str | None) -> None:
    assert first_words(item) == (item[:-1] if start is None else start)


@pytest.mark.parametrize(
    "items",
    [
        [f"{first}{second}{third}" * 3 for first in "かたてす" for second in "なえとの" for third in "きうしせ" * 16],
        [f"Brae{number:04}" * 3 for number in range(1000)],
        [f"مي\u200cخواهم {number}" * 2 for number in range(1000)],
    ],
    ids=["Japanese", "names", "Persian"],
)
def test_seeds_come_from_a_text_of_any_script(tmp_path: Path, items: list[str]) -> None:
    text = TrainingText.prepare([f"{item}{n}" for n, item in enumerate(items)], tmp_path, take_most_frequent)
    starts = text.facts.held_out_starts
    assert len(set(starts)) == 5
    assert all(map(text.vocabulary.reads, starts))
    held_out = texts(text, text.held_out)
    assert all(any(item.startswith(start) for item in held_out) for start in starts)


def test_an_item_of_which_the_vocabulary_keeps_nothing_gives_no_seed(tmp_path: Path) -> None:
    items = [f"{number:05}{' x' * (30 if number // 20 % 2 else 0)}" for number in range(1000)]
    text = TrainingText.prepare(items, tmp_path, lambda _: Vocabulary("\n x"))
    assert text.facts.held_out_starts == ("x " * 19,)
    assert all(map(text.vocabulary.reads, text.facts.held_out_starts))


def test_first_words_end_with_a_blank() -> None:
    assert first_words("DISCORD, n. The quality of being at odds with one's fellows") == (
        "DISCORD, n. The quality of being at "
    )
    assert first_words("two words\n") == "two "
