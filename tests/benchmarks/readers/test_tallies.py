from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.readers.tallies import Tally, Verdict, format_tallies, read_verdicts
from bot.errors import InvalidInputError
from tests.support.blind_readers import judge, lay_out, write_json


def rows(table: str) -> dict[str, list[str]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    return {name: cells for name, *cells in lines}


def test_a_tally_counts_results_and_shares_the_decided_ones() -> None:
    tally = Tally.count([3, 1, 0, -2, 1])
    assert tally == Tally(wins=3, ties=1, losses=1)
    assert tally.share == 0.75
    assert Tally.count([0]).share is None


def test_verdicts_are_turned_by_their_keys_whatever_side_a_text_stood_on(tmp_path: Path) -> None:
    keys = lay_out(tmp_path)
    path = judge(keys, "1-1", lambda pair, question: "first" if pair < 4 else "second")
    results = Verdict.read(path, keys).results
    assert results["sense"] == {0: 1, 1: 1, 2: 1, 3: 1, 4: -1, 5: -1}


def test_each_question_has_a_row_with_all_verdicts_the_pairs_and_each_reader(tmp_path: Path) -> None:
    keys = lay_out(tmp_path, readers=3)
    ways = {
        "1-1": lambda pair, question: "first",
        "1-2": lambda pair, question: "first" if pair < 2 else "second",
        "1-3": lambda pair, question: "tie" if question == "smile" else "second",
    }
    # The order in which files are named does not matter.
    table = format_tallies(read_verdicts([judge(keys, name, way) for name, way in reversed(ways.items())], keys))
    assert table.startswith("**the old fox**, against the grey owl; 6 pairs each, 6 from the same seed:\n\n| question ")
    found = rows(table)
    assert found["fluent?"] == ["8", "0", "10", "44%", "2, 0, 4", "6, 0, 0", "2, 0, 4", "0, 0, 6"]
    assert found["smile or repeat?"] == ["8", "6", "4", "67%", "2, 4, 0", "6, 0, 0", "2, 0, 4", "0, 6, 0"]


def test_where_all_is_tied_there_is_no_share(tmp_path: Path) -> None:
    keys = lay_out(tmp_path)
    verdicts = read_verdicts([judge(keys, "1-1", lambda pair, question: "tie")], keys)
    assert rows(format_tallies(verdicts))["makes sense?"] == ["0", "6", "0", "–", "0, 6, 0", "0, 6, 0"]


def test_two_files_on_one_sheet_are_refused(tmp_path: Path) -> None:
    keys = lay_out(tmp_path)
    path = judge(keys, "1-1", lambda pair, question: "tie")
    copy = write_json(tmp_path / "other" / path.name, json.loads(path.read_text()))
    with pytest.raises(InvalidInputError, match="both verdicts on sheet 1-1"):
        read_verdicts([path, copy], keys)


def remove_pair(answers: Any) -> None:
    del answers["3"]


def add_pair(answers: Any) -> None:
    answers["7"] = answers["1"]


def remove_question(answers: Any) -> None:
    del answers["2"]["smile"]


def add_question(answers: Any) -> None:
    answers["2"]["funny"] = "A"


def answer_otherwise(answers: Any) -> None:
    answers["2"]["sense"] = "both"


def answer_with_a_list(answers: Any) -> None:
    answers["2"]["sense"] = ["A"]


def answer_once(answers: Any) -> None:
    answers["5"] = "A"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (remove_pair, "no verdict on pair 3"),
        (add_pair, "there is no pair '7': its sheet has pairs 1 to 6"),
        (remove_question, "pair 2: no answer to smile"),
        (add_question, "pair 2: there is no question 'funny': there are fluent, sense, smile"),
        (answer_otherwise, "pair 2, sense: 'both'; allowed are A, B, tie"),
        (answer_with_a_list, r"pair 2, sense: \['A'\]; allowed are A, B, tie"),
        (answer_once, "pair 5: 'A'; wanted is an answer to each of fluent, sense, smile"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(tmp_path: Path, spoil: Any, message: str) -> None:
    keys = lay_out(tmp_path)
    path = judge(keys, "1-1", lambda pair, question: "first")
    answers = json.loads(path.read_text())
    spoil(answers)
    write_json(path, answers)
    with pytest.raises(InvalidInputError, match=message):
        read_verdicts([path], keys)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "is no JSON"), (b"[1]", "wanted is an object of pairs, not list"), (b"\xff", "is no UTF-8")],
)
def test_a_file_that_holds_no_answers_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    keys = lay_out(tmp_path)
    path = tmp_path / "1-1.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=message):
        read_verdicts([path], keys)


def test_verdicts_without_a_key_are_told(tmp_path: Path) -> None:
    keys = lay_out(tmp_path)
    with pytest.raises(InvalidInputError, match=r"keys/2-1\.json cannot be read"):
        read_verdicts([write_json(tmp_path / "2-1.json", {})], keys)
