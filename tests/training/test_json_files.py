from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterable
from itertools import chain, count, islice, repeat
from pathlib import Path

import pytest

from bot.training import decoding
from bot.training.file_formats import FormatError
from bot.training.json_files import read_chat_export
from bot.training.text_files import ReadingOptions
from tests.support.text_files import complaint, export, items, message, write

MESSAGES = (
    message("hello,\nworld"),
    message("Joined the server.", "GuildMemberJoin"),
    message("beep", bot=True),
    message("", "Default"),
    message('a "reply" \\ to 👋 @Bob Ray in #general :cat:', "Reply", mentions=["Bob Ray"]),
)


@pytest.mark.parametrize("chunk_bytes", [1, 7, 2**20])
def test_of_an_export_stays_what_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int
) -> None:
    monkeypatch.setattr(decoding, "CHUNK_BYTES", chunk_bytes)
    path = write(tmp_path / "export.json", "\ufeff" + export(*MESSAGES))
    assert items(path) == ["hello, world", 'a "reply" \\ to 👋 @Bob Ray in #general :cat:']
    assert items(path, ReadingOptions(keep_mentions=False)) == ["hello, world", 'a "reply" \\ to 👋 in']
    assert items(write(tmp_path / "none.json", export())) == []


def test_an_export_without_end_is_read_as_it_comes() -> None:
    def endless() -> Iterable[str]:
        yield '{"guild": {}, "messages": ['
        for number in count():
            yield json.dumps(message(f"number {number}")) + ","

    assert list(islice(read_chat_export(endless()), 5000))[-1] == "number 4999"


def test_a_large_export_takes_no_more_memory_than_a_small_one() -> None:
    piece = ", ".join(json.dumps(message("hello", mentions=["Bob"])) for _ in range(100))

    def peak(pieces: int) -> int:
        chunks = chain(['{"messages": [', piece], repeat(", " + piece, pieces - 1), ["]}"])
        tracemalloc.start()
        assert sum(1 for _ in read_chat_export(chunks)) == 100 * pieces
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(100) < 1.5 * peak(5)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("9" * 5_000, "integer overflow"),
        ("[" * 100_000, "the nesting is huge"),
        ('"' + "x" * 2**25, "a text in it has more than 33,554,432 characters"),
    ],
)
def test_an_export_that_would_take_too_much_is_refused(value: str, wrong: str) -> None:
    pieces = [value[start : start + 2**20] for start in range(0, len(value), 2**20)]
    with pytest.raises(FormatError, match=f"the export is damaged at message 2: .*{wrong}"):
        list(read_chat_export(chain(['{"messages": [', json.dumps(MESSAGES[0]), ', {"a": '], pieces, repeat("x"))))


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        '{"guild": {}}',
        '{"messages": {}}',
        '{"guild": {}, "messages"',
        '{"text": "a"}\n{"text": "b"}\n',
        '{"messages": ["hello"]}',
        '{"messages": [{"role": "user", "content": "hello"}]}',
        '{"deep": ' + "[" * 100_000,
    ],
)
def test_other_json_is_refused_saying_what_was_expected(tmp_path: Path, text: str) -> None:
    wrong = complaint(write(tmp_path / "a.json", text))
    assert "no export of DiscordChatExporter, whose JSON is an object with guild, channel and messages" in wrong


def test_a_damaged_export_is_refused_naming_the_message(tmp_path: Path) -> None:
    whole = export(*MESSAGES)
    path = write(tmp_path / "a.json", whole[: whole.index("beep")])
    assert complaint(path).startswith(": the export is damaged at message 3")
    path = write(tmp_path / "b.json", whole.replace("},\n    {", "}\n    {"))
    assert complaint(path).startswith(
        ": the export is damaged at message 1: parse error: after array element, I expect ',' or ']'"
    )
    path = write(tmp_path / "c.json", '{"messages": [')
    assert complaint(path).startswith(": the export is damaged at message 1: it ends too early")


@pytest.mark.parametrize(
    ("value", "column", "expected"),
    [
        (["one\ntwo", "", "three"], "", ["one two", "three"]),
        ([{"message": "one", "attachments": []}, {"message": None}], "", ["one"]),
        ([{"ID": 10**17, "Timestamp": "2024", "Contents": "one", "Attachments": ""}], "", ["one"]),
        ([{"tweet": {"full_text": "one", "id": "1"}}], "tweet.full_text", ["one"]),
        ([{"a.b": "one", "text": "no"}, {"a": {"b": "two"}}], "a.b", ["one", "two"]),
        ([], "", []),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [1, 2**20])
def test_an_array_gives_its_texts_or_a_field_of_its_objects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: object, column: str, expected: list[str], chunk_bytes: int
) -> None:
    monkeypatch.setattr(decoding, "CHUNK_BYTES", chunk_bytes)
    for name in ("a.json", "a.jsonl"):
        path = write(tmp_path / name, f"\n {json.dumps(value)}\n")
        assert items(path, ReadingOptions(column=column)) == expected


@pytest.mark.parametrize(
    ("text", "column", "wrong"),
    [
        ('[{"said": "a", "by": "b"}]', "", "Give --column with one of these: said, by"),
        ('[{"text": "a"}, {"body": "b"}]', "", ": item 2 has no field text: it has body"),
        ('[{"text": 5}]', "text", ": item 1: text is not text: 5"),
        ('["a", 5]', "", ": item 2 is neither a text nor an object: 5"),
        ('["a"]', "text", ": item 1 is no object, and has no field text: a"),
        ('["a", "b"', "", ": the JSON is damaged at item 2: it ends too early"),
        ('["a"] "b"', "", ": the JSON is damaged at item 1: "),
    ],
)
def test_wrong_arrays_are_refused_with_the_item(tmp_path: Path, text: str, column: str, wrong: str) -> None:
    assert wrong in complaint(write(tmp_path / "a.json", text), ReadingOptions(column=column))
