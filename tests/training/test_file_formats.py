from __future__ import annotations

from pathlib import Path

import pytest

from bot.training.text_files import ReadingOptions, ReadingReport, read_items
from tests.support.text_files import complaint, items, json_lines, write


def test_json_lines_give_a_field(tmp_path: Path) -> None:
    text = json_lines({"id": 1, "content": "one\ntwo"}, {"content": None}, {"content": "\x00\ud83d three"}) + "\n"
    report = ReadingReport()
    assert list(read_items([write(tmp_path / "a.jsonl", text)], ReadingOptions(), report)) == ["one two", "three"]
    assert report.empty == 1


def test_a_column_is_a_field_or_a_path_to_one(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.NDJSON", json_lines({"message": {"text": "deep"}, "text": "x"}, {"message.text": "flat"})
    )
    assert items(path, ReadingOptions(column="message.text")) == ["deep", "flat"]


@pytest.mark.parametrize(
    ("text", "column", "wrong"),
    [
        ('{"text": "a"}\n{"text": }', "", ": line 2 is not JSON: Expecting value at character 10"),
        ('{"text": "a"}\n\n["b"]', "", ": line 3 is not a JSON object"),
        ('{"text": "a"}\n{"body": "b"}', "", ": line 2 has no field text: it has body"),
        ('{"a": {"b": "c"}}', "a.c", ": line 1 has no field a.c: it has a"),
        ('{"text": 5}', "text", ": line 1: text is not text: 5"),
        ('{"id": 1, "said": "a"}', "", "Give --column with one of these: id, said"),
        ('{"text": "a", "body": "b"}', "", "Give --column with one of these: text, body"),
        ('{"text": ' + "[" * 100_000, "", ": line 1 is not JSON"),
        ('{"text": ' + "9" * 5_000 + "}", "", ": line 1 is not JSON"),
    ],
)
def test_wrong_json_lines_are_refused_with_the_line(tmp_path: Path, text: str, column: str, wrong: str) -> None:
    assert wrong in complaint(write(tmp_path / "a.jsonl", text), ReadingOptions(column=column))


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ('id,text\n1,"a, ""b""\nc"\n\n2,d\n', "", ['a, "b" c', "d"]),
        ("id; said ;when, where\n1;a, b;c\n", "said", ["a, b"]),
        ("id\tContent\n1\ta, b\n", "", ["a, b"]),
        ("a,b|text\nc|d, e\n", "text", ["d, e"]),
        ("text\nalone\n", "", ["alone"]),
        ("sep=;\nid;text\n1;a, b\n", "", ["a, b"]),
        ('"sep=\t"\nid\ttext\n1\ta; b\n', "", ["a; b"]),
        ("SEP=^ \nid^said\n1^a, b\n", "said", ["a, b"]),
        ("ID,Timestamp,Contents,Attachments\n1,2024-05-01 10:00:00,hello,\n", "", ["hello"]),
        ("text\n" + "x" * 200_000 + "\n", "", ["x" * 200_000]),
    ],
)
def test_csv_gives_a_column_whatever_the_delimiter(tmp_path: Path, text: str, column: str, expected: list[str]) -> None:
    assert items(write(tmp_path / "a.csv", text), ReadingOptions(column=column)) == expected


@pytest.mark.parametrize(
    ("text", "column", "wrong"),
    [
        ("id,text\n1,a\n", "said", ": line 1, the header, has no column said: it has id, text"),
        ("id,said\n1,a\n", "", "Give --column with one of these: id, said"),
        ("id,text\n1,a\n2,b,c\n", "", ": line 3 has 3 fields, the header 2"),
        ("id,text\n1\n", "", ": line 2 has 1 fields, the header 2"),
        ('id,text\n1,"a"b\n', "", ": line 2 is not CSV"),
        ('id,text\n1,"a\n2,b\n', "", "is not CSV: unexpected end of data"),
        ("\n", "", "Give --column with one of these: none"),
        ("sep=;\n", "", "Give --column with one of these: none"),
        ("sep=;\nid;said\n", "text", ": line 2, the header, has no column text: it has id, said"),
        ("sep=;\nid;text\n1;a;b\n", "", ": line 3 has 3 fields, the header 2"),
        ('sep=;\nid;text\n1;"a"b\n', "", ": line 3 is not CSV"),
    ],
)
def test_wrong_csv_is_refused_with_the_line(tmp_path: Path, text: str, column: str, wrong: str) -> None:
    assert wrong in complaint(write(tmp_path / "a.tsv", text), ReadingOptions(column=column))


def test_a_format_given_wins_over_the_files_name(tmp_path: Path) -> None:
    path = write(tmp_path / "log.txt", json_lines({"text": "a"}))
    assert items(path, ReadingOptions(format="jsonl")) == ["a"]
    assert items(path) == ['{"text": "a"}']


def test_a_column_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "--column text needs JSON Lines or CSV" in complaint(
        write(tmp_path / "a.txt", "x"), ReadingOptions(column="text")
    )
