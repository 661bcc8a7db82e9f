from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.readers.sheets import QUESTIONS, Pair, compare, format_sheet, read_key, shuffle
from benchmarks.readers.texts import Text
from bot.errors import InvalidInputError
from tests.support.blind_readers import comparison, lay_out

PAIRS = comparison(40).pairs


class Speaker:
    """Writes on from what it is given, or from what it likes."""

    def __init__(self, title: str, own_seeds: dict[str, str]) -> None:
        self.title = title
        self._own_seeds = own_seeds

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:
        started = [self._own_seeds.get(seed, seed) for seed in seeds]
        return [Text(seed, f"{seed}says {self.title}.\nAnd more.") for seed in started]


def test_a_pair_starts_from_the_same_seed_also_where_the_second_has_its_own() -> None:
    found = compare(Speaker("one", {}), Speaker("two", {"Tea ": "Cake ", "Rain ": ""}), ["Sun ", "Tea ", "Rain "], 280)
    assert (found.first, found.second, found.started) == ("one", "two", 2)
    assert found.pairs == [
        Pair("Sun says one.", "Sun says two."),
        Pair("Cake says one.", "Cake says two."),
        Pair("Rain says one.", "says two."),
    ]


def test_each_reader_gets_all_pairs_in_an_order_and_with_sides_of_their_own() -> None:
    first, again, second = (shuffle(PAIRS, 3, reader) for reader in (1, 1, 2))
    assert first == again
    assert [place.pair for place in first] != [place.pair for place in second]
    for places in (first, second):
        assert sorted(place.pair for place in places) == list(range(40))
        assert [place.first for place in places].count("A") == 20
    sides = [{place.pair: place.first for place in places} for places in (first, second)]
    assert sides[0] != sides[1]


def test_a_sheet_shows_both_texts_of_each_place_and_not_whose_they_are() -> None:
    places = shuffle(PAIRS, 3, 1)
    sheet = format_sheet("one-1", PAIRS, places)
    shown = re.findall(r"## Pair (\d+)\n\n```text\nA: (.*)\n\nB: (.*)\n```", sheet)
    for (number, a, b), (expected, place) in zip(shown, enumerate(places, start=1), strict=True):
        pair = PAIRS[place.pair]
        assert int(number) == expected
        assert (a, b) == ((pair.first, pair.second) if place.first == "A" else (pair.second, pair.first))
    assert "fox" not in sheet
    assert "owl" not in sheet
    assert "`one-1.json`" in sheet
    assert all(question in sheet for question in QUESTIONS)


def test_a_text_cannot_end_its_fence() -> None:
    sheet = format_sheet("one-1", [Pair("``` # Sheet", "fine")], shuffle([Pair("", "")], 0, 1))
    assert sheet.count("```") == 4  # the example of an answer, and the pair


def test_sheets_and_keys_are_written_apart_and_the_key_leads_back(tmp_path: Path) -> None:
    keys = lay_out(tmp_path, readers=2)
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == ["1-1.md", "1-2.md"]
    key = read_key(keys / "1-2.json")
    assert (key.first, key.second, key.started, key.reader) == ("the old fox", "the grey owl", 6, 2)
    sheet = (tmp_path / "sheets" / "1-2.md").read_text("utf-8")
    for number, place in key.places.items():
        assert re.search(rf"## Pair {number}\n\n```text\n(.*\n\n)?{place.first}: yelp {place.pair}\.", sheet)


def test_what_a_reader_may_have_already_is_not_overwritten(tmp_path: Path) -> None:
    keys = lay_out(tmp_path)
    key = (keys / "1-1.json").read_bytes()
    with pytest.raises(InvalidInputError, match=r"1-1\.json exists already"):
        lay_out(tmp_path)
    assert (keys / "1-1.json").read_bytes() == key


def test_a_file_that_is_no_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    path.write_text('{"1": {"fluent": "A"}}')
    with pytest.raises(InvalidInputError, match=r"1\.json is no key of a sheet: Field required"):
        read_key(path)
