from __future__ import annotations

import argparse
import json
import tracemalloc
from collections.abc import Iterable
from itertools import chain, count, islice, repeat
from pathlib import Path
from typing import Any

import pytest

from bot.commands.arguments import add_reading_arguments, parse_reading_options
from bot.errors import InvalidInputError
from bot.training import text_files
from bot.training.file_formats import FormatError, read_discord_export
from bot.training.text_files import ReadingOptions, ReadingReport, read_items


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def items(path: Path, how: ReadingOptions | None = None) -> list[str]:
    return list(read_items([path], how or ReadingOptions(), ReadingReport()))


def complaint(path: Path, how: ReadingOptions | None = None) -> str:
    with pytest.raises(InvalidInputError) as caught:
        items(path, how)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


# --- text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 5, 2**20])
def test_a_line_is_an_item_however_lines_end_and_pieces_fall(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int
) -> None:
    monkeypatch.setattr(text_files, "CHUNK_BYTES", chunk_bytes)
    path = write(tmp_path / "text.txt", "\ufeffone é 👋\r\n\r\n  two\ttabs \rthree\n\x0b\nfour \u2028 lines")
    assert items(path) == ["one é 👋", "two tabs", "three", "four lines"]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 2**20])
@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("0123é".encode() + b"\xff more", " is not UTF-8 text: byte 6 cannot be read"),
        ("cut off 👋".encode()[:-1], " is not UTF-8 text: byte 8 cannot be read"),
        (b"\xff\xfe\x62\x20", " is not UTF-8 text: byte 0 cannot be read"),
        (b"012\x00", " is not text (binary): byte 3 is zero"),
        (b"", " is empty"),
    ],
)
def test_what_is_no_text_is_refused_naming_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int, content: bytes, wrong: str
) -> None:
    monkeypatch.setattr(text_files, "CHUNK_BYTES", chunk_bytes)
    assert complaint(write(tmp_path / "text.txt", content)) == wrong


def test_missing_files_and_folders_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt", "fine")
    report = ReadingReport()
    with pytest.raises(InvalidInputError, match=r"nothing\.txt does not exist"):
        next(read_items([good, tmp_path / "nothing.txt"], ReadingOptions(), report))
    with pytest.raises(InvalidInputError, match="is a folder"):
        next(read_items([good, tmp_path], ReadingOptions(), report))
    assert report == ReadingReport()


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path / "text.txt", "secret")
    monkeypatch.setattr(Path, "open", refuse)
    assert complaint(path) == " cannot be read: Permission denied"


def test_reading_is_a_stream_and_closes_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "CHUNK_BYTES", 4)
    stream = read_items([write(tmp_path / "text.txt", b"one\ntwo\n\xff")], ReadingOptions(), ReadingReport())
    assert list(islice(stream, 2)) == ["one", "two"]
    stream.close()  # type: ignore[attr-defined]  # a file left open would warn, and warnings are errors


# --- cleaning -----------------------------------------------------------------------------------------------


def test_the_report_says_what_became_of_the_items(tmp_path: Path) -> None:
    lines = ["Hello World, @ann", "no", "", "http://example.org", "a faggot", "word " * 10]
    report = ReadingReport()
    how = ReadingOptions(
        shortest=3, longest=20, keep_links=False, keep_mentions=False, keep_case=False, drop_slurs=True
    )
    paths = [write(tmp_path / "a.txt", "\n".join(lines)), write(tmp_path / "b.txt", "last one")]
    assert list(read_items(paths, how, report)) == ["hello world,", "word word word word", "last one"]
    assert report == ReadingReport(files=2, items=3, left_out_short=1, cut=1, slurs=1, empty=1)


def test_everything_stays_unless_asked_otherwise(tmp_path: Path) -> None:
    line = "Hello @ann :cat: <@1> https://example.org a faggot"
    assert items(write(tmp_path / "text.txt", line)) == [line]


def test_an_item_that_is_too_short_once_cut_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "text.txt", f"a {'b' * 50}\n")
    assert items(path, ReadingOptions(shortest=5, longest=20)) == []


# --- JSON Lines ---------------------------------------------------------------------------------------------


def json_lines(*objects: object) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in objects)


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


# --- CSV ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ('id,text\n1,"a, ""b""\nc"\n\n2,d\n', "", ['a, "b" c', "d"]),
        ("id; said ;when, where\n1;a, b;c\n", "said", ["a, b"]),
        ("id\tContent\n1\ta, b\n", "", ["a, b"]),
        ("a,b|text\nc|d, e\n", "text", ["d, e"]),
        ("text\nalone\n", "", ["alone"]),
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
    ],
)
def test_wrong_csv_is_refused_with_the_line(tmp_path: Path, text: str, column: str, wrong: str) -> None:
    assert wrong in complaint(write(tmp_path / "a.tsv", text), ReadingOptions(column=column))


# --- DiscordChatExporter ------------------------------------------------------------------------------------


def message(content: str, kind: str = "Default", *, bot: bool = False, mentions: Iterable[str] = ()) -> dict[str, Any]:
    """A message as DiscordChatExporter writes it, less what plays no part."""
    author = {"id": "1", "name": "ann", "nickname": "Ann Lee", "isBot": bot, "roles": []}
    users = [{"id": "2", "name": name.lower(), "nickname": name, "isBot": False} for name in mentions]
    return {"id": "9", "type": kind, "content": content, "author": author, "embeds": [], "mentions": users}


def export(*messages: object) -> str:
    head = {"guild": {"id": "1", "name": "Cats"}, "channel": {"id": "2", "name": "general"}, "exportedAt": "now"}
    return json.dumps({**head, "messages": messages, "messageCount": len(messages)}, indent=2, ensure_ascii=False)


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
    monkeypatch.setattr(text_files, "CHUNK_BYTES", chunk_bytes)
    path = write(tmp_path / "export.json", "\ufeff" + export(*MESSAGES))
    assert items(path) == ["hello, world", 'a "reply" \\ to 👋 @Bob Ray in #general :cat:']
    assert items(path, ReadingOptions(keep_mentions=False)) == ["hello, world", 'a "reply" \\ to 👋 in']
    assert items(write(tmp_path / "none.json", export())) == []


def test_an_export_without_end_is_read_as_it_comes() -> None:
    def endless() -> Iterable[str]:
        yield '{"guild": {}, "messages": ['
        for number in count():
            yield json.dumps(message(f"number {number}")) + ","

    assert list(islice(read_discord_export(endless()), 5000))[-1] == "number 4999"


def test_a_large_export_takes_no_more_memory_than_a_small_one() -> None:
    piece = ", ".join(json.dumps(message("hello", mentions=["Bob"])) for _ in range(100))

    def peak(pieces: int) -> int:
        chunks = chain(['{"messages": [', piece], repeat(", " + piece, pieces - 1), ["]}"])
        tracemalloc.start()
        assert sum(1 for _ in read_discord_export(chunks)) == 100 * pieces
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
        list(read_discord_export(chain(['{"messages": [', json.dumps(MESSAGES[0]), ', {"a": '], pieces, repeat("x"))))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
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


# --- options ------------------------------------------------------------------------------------------------


def test_a_format_given_wins_over_the_files_name(tmp_path: Path) -> None:
    path = write(tmp_path / "log.txt", json_lines({"text": "a"}))
    assert items(path, ReadingOptions(format="jsonl")) == ["a"]
    assert items(path) == ['{"text": "a"}']


def test_a_column_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "--column text needs JSON Lines or CSV" in complaint(
        write(tmp_path / "a.txt", "x"), ReadingOptions(column="text")
    )


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--format", "xml"], "--format xml: allowed are auto, text, jsonl, csv, discord"),
        (["--format", "text", "--column", "a"], "--column a: --format text has no columns"),
        (["--shortest", "0"], "--shortest 0: allowed are 1 or more"),
        (["--longest", "-1"], "--longest -1: allowed are 1"),
        (["--shortest", "9", "--longest", "8"], "--longest 8: allowed are 9"),
    ],
)
def test_wrong_options_are_refused_by_name(words: list[str], wrong: str) -> None:
    parser = argparse.ArgumentParser()
    add_reading_arguments(parser)
    with pytest.raises(InvalidInputError, match=wrong):
        parse_reading_options(parser.parse_args(words))


def test_options_say_how_files_are_read() -> None:
    parser = argparse.ArgumentParser()
    add_reading_arguments(parser)
    assert parse_reading_options(parser.parse_args([])) == ReadingOptions()
    words = ["--format", "csv", "--column", "a", "--shortest", "2", "--longest", "9"]
    words += ["--no-links", "--no-mentions", "--lower-case", "--drop-slurs"]
    assert parse_reading_options(parser.parse_args(words)) == ReadingOptions(
        "csv", "a", 2, 9, keep_links=False, keep_mentions=False, keep_case=False, drop_slurs=True
    )
    with pytest.raises(InvalidInputError):
        ReadingOptions(shortest=-1)
