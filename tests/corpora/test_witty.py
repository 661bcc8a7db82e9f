from __future__ import annotations

import pytest

from corpora.item_text import LONGEST_ITEM
from corpora.works.devils_dictionary import devil_item
from corpora.works.jargon_file import jargon_items


@pytest.mark.parametrize(
    "entry",
    [
        "url\n n.\n\n    Found at http://example.org/ somewhere.\n",
        "art\n n.\n\n        +---+    +---+\n        | a |    | b |\n",
        "lead\n n.\n\n    Looks like this:\n\n        a      b\n",
    ],
)
def test_addresses_and_drawings_leave_no_item(entry: str) -> None:
    assert list(jargon_items(entry)) == []


def test_what_stands_before_a_drawing_stays() -> None:
    entry = "art\n n.\n\n    A drawing. Like this:\n\n        +---+    +---+\n\n    After it.\n"
    assert list(jargon_items(entry)) == ["ART, n. A drawing."]


def test_labels_of_their_own_paragraph_and_pronunciations_go() -> None:
    entry = "eog\n /E·O·G/, n.\n\n    [from ‘end [of] game’]\n\n    1. [IRC] Spoken /ee'og/, mostly.\n"
    assert list(jargon_items(entry)) == ["EOG, n. Spoken, mostly."]


def test_an_entry_without_part_of_speech_is_a_noun_and_gets_its_full_stop() -> None:
    assert list(jargon_items("mobo\n /moh'bo/\n\n    Short for “motherboard”\n")) == [
        'MOBO, n. Short for "motherboard".'
    ]


@pytest.mark.parametrize(
    ("entry", "item"),
    [
        ("ONE, v.t.  To count.\n", "ONE, v.t. To count."),
        ("BABE or BABY, n.  A person.\n", "BABE OR BABY, n. A person."),
        ("LABOR, n.  How A works for B.\n", "LABOR, n. How A works for B."),
        ("SAID, pp.  Told.  As in these lines:\n\n    A verse\n    or two\n", "SAID, pp. Told."),
        ("BRUTE, n.  See {HUSBAND}.\n", "BRUTE, n. See HUSBAND."),
        ("VERSE, n.\n\n    Only\n    verse.\n", ""),
        ("J is a letter.\n", ""),
    ],
)
def test_devil_entries(entry: str, item: str) -> None:
    assert devil_item(entry) == item


def test_long_entries_end_with_a_sentence() -> None:
    (item,) = jargon_items("long\n n.\n\n" + "    It goes on and on, and then some more.\n" * 40)
    assert len(item) <= LONGEST_ITEM
    assert item.endswith("and then some more.")
