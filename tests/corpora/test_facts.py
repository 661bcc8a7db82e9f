from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.works.factbook import factbook_items, parse_factbook
from corpora.works.facts import parse_facts
from tests.support.corpus_packages import write_text

HISTORY = "The island was settled by sailors who had lost their way, and never found it again."


def test_what_is_said_in_sentences_about_a_country_is_read(tmp_path: Path) -> None:
    profile = {
        "Introduction": {"Background": {"text": HISTORY}},
        "Geography": {"Area": {"total": {"text": "12 sq km"}}, "Climate": {"text": "mild"}},
        "Government": {"Capital": {"text": f"Not a field that is read: {HISTORY}"}},
    }
    write_text(tmp_path / "europe/xy.json", json.dumps(profile))
    write_text(tmp_path / "package.json", json.dumps({"description": f"Of the package: {HISTORY}"}))
    assert list(parse_factbook(tmp_path)) == [HISTORY]


def test_notes_are_sentences_of_their_own_without_mark_up() -> None:
    ship = "the sailors&rsquo; ship lies off the coast to this day; it can be seen at low tide"
    notes = f"<strong>note 1:</strong> {HISTORY[:1].lower()}{HISTORY[1:-1]};<br><br><em>note 2:</em> {ship}"
    assert list(factbook_items(notes)) == [
        HISTORY,
        "The sailors' ship lies off the coast to this day; it can be seen at low tide.",
    ]
    assert list(factbook_items(f"{HISTORY} ++ {HISTORY}.")) == [HISTORY, HISTORY]


@pytest.mark.parametrize(
    "text",
    [
        "too short",
        "male 102, female 98, of those of age 51, of those of no age 12, of others 14, and of nobody 17 (2014)",
        "percent of the vote by party - NA; and nothing more is known of what they voted for on the island",
        "the profile of the island is to be found at https://www.example.org/island, and nowhere else at all",
    ],
)
def test_figures_and_lists_are_left_out(text: str) -> None:
    assert list(factbook_items(text)) == []


def test_a_damaged_profile_is_named(tmp_path: Path) -> None:
    write_text(tmp_path / "europe/xy.json", "{")
    with pytest.raises(ValueError, match=r"xy\.json: "):
        list(parse_factbook(tmp_path))


def test_facts_become_sentences(tmp_path: Path) -> None:
    lines = (
        'cats sleep a lot\n.A fact with a dot before it.\nHalf a quotation" is left out\nRead it at www.example.org\n'
    )
    write_text(tmp_path / "safe.txt", lines)
    assert list(parse_facts(tmp_path / "safe.txt")) == ["Cats sleep a lot.", "A fact with a dot before it."]
