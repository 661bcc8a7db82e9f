from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tracemalloc
from collections.abc import Iterable
from itertools import chain, count, islice, repeat
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from bot.commands.arguments import add_reading_arguments, parse_reading_options
from bot.errors import InvalidInputError
from bot.training import decoding
from bot.training.file_formats import FormatError
from bot.training.json_files import read_discord_export
from bot.training.text_files import STANDARD_INPUT, ReadingOptions, ReadingReport, read_items
from tests.support.paths import SHARED
from tests.support.typed_input import type_bytes

CASES = SHARED / "cases" / "texts"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is missing")
LAST = "cat mat since the since then on mat 399."
"""The last item of most case files."""


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
    monkeypatch.setattr(decoding, "CHUNK_BYTES", chunk_bytes)
    path = write(tmp_path / "text.txt", "\ufeffone é 👋\r\n\r\n  two\ttabs \rthree\n\x0b\nfour \u2028 lines")
    assert items(path) == ["one é 👋", "two tabs", "three", "four lines"]


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 2**20])
@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("0\r\n123é".encode() + b"\xff more", " is not UTF-8 text: line 2, column 5: the byte 0xFF cannot be read"),
        ("cut off 👋".encode()[:-1], " is not UTF-8 text: line 1, column 9: it ends in the middle of a character"),
        (b"\xff\xfea\0\n\0b", " is not UTF-16 text: line 2, column 1: it ends in the middle of a character"),
        (b"\xff\xfea\0\0\xdcb\0", " is not UTF-16 text: line 1, column 2: the byte 0x00 cannot be read"),
        (b"012\x00", " is not text (binary): byte 3 is zero"),
        (b"01234567\x00", " is not text (binary): byte 8 is zero"),
        (b"", " is empty"),
        (b"\xff\xfe", " is empty"),
    ],
)
def test_what_is_no_text_is_refused_naming_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int, content: bytes, wrong: str
) -> None:
    monkeypatch.setattr(decoding, "CHUNK_BYTES", chunk_bytes)
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
    assert complaint(path) == (
        f" cannot be read: Permission denied: Charla runs as user {os.geteuid()} here; let that user read it "
        "(chmod o+r text.txt), or hand it over on standard input (- for the file's name, then < text.txt)"
    )


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_in_a_folder_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "text.txt", "secret")
    tmp_path.chmod(0)
    assert " cannot be read: Permission denied: Charla runs as user " in complaint(path)
    tmp_path.chmod(0o700)


def test_standard_input_is_a_file_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    type_bytes(monkeypatch, b"one\r\n\ntwo\n")
    assert items(STANDARD_INPUT) == ["one", "two"]
    type_bytes(monkeypatch, b'[{"text": "three"}]')
    assert items(STANDARD_INPUT, ReadingOptions(format="json")) == ["three"]
    type_bytes(monkeypatch, b'[{"text": "three"}]')
    with pytest.raises(InvalidInputError, match=r"^standard input is JSON: name it \.json, or give --format json"):
        items(STANDARD_INPUT)
    type_bytes(monkeypatch, b"")
    with pytest.raises(InvalidInputError, match=r"^standard input is empty"):
        items(STANDARD_INPUT)


def test_reading_is_a_stream_and_closes_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "CHUNK_BYTES", 4)
    stream = read_items([write(tmp_path / "text.txt", b"one\ntwo\n\xff")], ReadingOptions(), ReadingReport())
    assert list(islice(stream, 2)) == ["one", "two"]
    stream.close()  # type: ignore[attr-defined]  # a file left open would warn, and warnings are errors


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("chunk_bytes", [1, 3, 2**20])
def test_the_mark_at_its_start_says_how_a_file_is_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, chunk_bytes: int
) -> None:
    monkeypatch.setattr(decoding, "CHUNK_BYTES", chunk_bytes)
    mark = "\ufeff" if encoding.endswith("e") else ""
    assert items(write(tmp_path / "a.txt", f"{mark}one é 👋\r\ntwo".encode(encoding))) == ["one é 👋", "two"]
    table = write(tmp_path / "a.csv", f"{mark}id\ttext\r\n1\tone\r\n".encode(encoding))
    assert items(table) == ["one"]
    assert items(write(tmp_path / "a.json", f'{mark}["one"]'.encode(encoding))) == ["one"]


def test_a_foreign_file_is_refused_with_the_way_out_unless_text_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "page.txt", "<!DOCTYPE html>\n<html><body><p>hello</p></body></html>\n")
    assert complaint(path) == (
        " is HTML: save the page's text as a text file (in a browser: Save as, text) "
        "(--format text learns it as it stands)"
    )
    assert len(items(path, ReadingOptions(format="text"))) == 2


def test_wrapped_lines_are_joined_and_it_is_said_unless_text_is_asked_for(tmp_path: Path) -> None:
    paragraph = "It is a truth universally acknowledged, that a man in possession of a fortune must want a wife"
    text = "\n\n".join(fill(f"{'So ' * number}{paragraph} and {paragraph.lower()}.", 60) for number in range(8))
    path = write(tmp_path / "novel.txt", text)
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == [" ".join(part.split()) for part in text.split("\n\n")]
    (note,) = report.describe()
    assert note == (
        f"{path}: its lines are wrapped at {max(map(len, text.splitlines()))} characters, and were joined to "
        "paragraphs (--format text takes each line as an item)"
    )
    assert len(items(path, ReadingOptions(format="text"))) == sum(1 for line in text.split("\n") if line)


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


# --- other JSON -------------------------------------------------------------------------------------------------


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


def telegram(*messages: dict[str, Any]) -> dict[str, Any]:
    """A chat as Telegram's desktop program exports it, less what plays no part."""
    usual = {"id": 1, "type": "message", "date": "2024-05-01T10:00:00", "from": "Ann", "from_id": "user1"}
    return {"name": "Cats", "type": "private_group", "id": 1, "messages": [usual | message for message in messages]}


CHAT = telegram(
    {"text": "hello,\nworld", "text_entities": [{"type": "plain", "text": "hello,\nworld"}]},
    {
        "text": [
            "hi ",
            {"type": "mention_name", "text": "Bob Ray", "user_id": 2},
            ", see ",
            {"type": "bold", "text": "it"},
        ]
    },
    {"text": "", "photo": "photo.jpg"},
    {"type": "service", "action": "invite_members", "text": ""},
    {"text": "said elsewhere", "forwarded_from": "Carol"},
    {"text": "a picture", "via_bot": "@pic"},
)


@pytest.mark.parametrize("value", [CHAT, {"about": "all", "chats": {"about": "", "list": [telegram(), CHAT]}}])
def test_of_telegrams_chats_stays_what_people_wrote(tmp_path: Path, value: object) -> None:
    path = write(tmp_path / "result.json", json.dumps(value))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["hello, world", "hi Bob Ray, see it"]
    assert items(path, ReadingOptions(keep_mentions=False)) == ["hello, world", "hi , see it"]
    assert list(report.describe()) == [
        "items left out: 1 empty",
        "of 6 messages 3 were left out: 1 that only announce (joins, pins and the like), 1 forwarded, 1 by bots",
    ]


# --- who wrote it ---------------------------------------------------------------------------------------------------


def test_webhooks_are_taken_when_asked_for_and_bots_never(tmp_path: Path) -> None:
    webhook, bot = message("by PluralKit", bot=True), message("by a bot", bot=True)
    bot["author"]["discriminator"] = "4876"
    path = write(tmp_path / "a.json", export(message("by Ann"), webhook, bot))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["by Ann"]
    (note,) = report.describe()
    assert note == (
        "of 3 messages 2 were left out: 2 by bots or webhooks (--webhooks takes what came through webhooks, as "
        "PluralKit's)"
    )
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(webhooks=True), report)) == ["by Ann", "by PluralKit"]
    assert list(report.describe()) == ["of 3 messages 1 were left out: 1 by bots"]


def test_forwarded_messages_are_others_words(tmp_path: Path) -> None:
    forwarded = message("") | {"forwardedMessage": {"content": "said elsewhere"}}
    path = write(tmp_path / "a.json", export(message("mine"), forwarded))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["mine"]
    assert list(report.describe()) == ["of 2 messages 1 were left out: 1 forwarded"]


def exported_table(*rows: tuple[str, str, str]) -> str:
    lines = [f'"{number}","{author}","2024-05-01","{content}","",""' for number, author, content in rows]
    return "\n".join(["AuthorID,Author,Date,Content,Attachments,Reactions", *lines])


def test_of_a_table_of_messages_stays_what_people_wrote_as_far_as_it_says_so(tmp_path: Path) -> None:
    notices = ("Joined the server.", "Pinned a message.", "Started a call that lasted 12 minutes.", "Started a thread.")
    rows = [("1", "ann", "hello @Game Night"), ("2", "bob", "Pinned a message. Ha!"), ("3", "MEE6#4876", "level 3!")]
    path = write(tmp_path / "a.csv", exported_table(*rows, *(("1", "ann", notice) for notice in notices)))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["hello @Game Night", "Pinned a message. Ha!"]
    assert list(report.describe()) == [
        "of 7 messages 5 were left out: 1 by bots, 4 that only announce (joins, pins and the like)",
        f"{path}: a CSV export does not say who is a bot; -f Json does, and leaves them out here",
    ]
    assert items(path, ReadingOptions(keep_mentions=False))[0] == "hello"
    old = write(tmp_path / "old.csv", exported_table(("1", "ann#0001", "hello"), ("2", "MEE6#4876", "level 3!")))
    assert items(old) == ["hello", "level 3!"]


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("hi @Bob Ray and @everyone, look", "hi and , look"),
        ("hi @Bob Ray and @Game Night who plays?", "hi and"),
        ("ask @mods, please", "ask , please"),
        ("see #💬-off-topic", "see"),
        ("see #how do I install and :wave:", "see"),
        ("in #Game Room [voice] now", "in now"),
        ("@✨Lia✨", ""),
        ("one @Game Night\ntwo", "one two"),
        (
            "a@example.org is #1, see https://example.org/#top",
            "a@example.org is #1, see https://example.org/#top",
        ),
    ],
)
def test_nothing_of_a_mention_stays(tmp_path: Path, content: str, left: str) -> None:
    path = write(tmp_path / "a.json", export(message("first"), message(content, mentions=["Bob Ray"])))
    assert items(path, ReadingOptions(keep_mentions=False)) == ["first", *filter(None, [left])]


# --- files as people brought them ----------------------------------------------------------------------------------


@needs_cases
@pytest.mark.parametrize(
    ("name", "how", "count", "last"),
    [
        ("dce-good.json", ReadingOptions(), 150, "sat on it grey a a cat the 149."),
        ("dce-forwarded.json", ReadingOptions(), 0, ""),
        ("dce-webhooks.json", ReadingOptions(), 0, ""),
        ("dce-webhooks.json", ReadingOptions(webhooks=True), 400, LAST),
        ("dce-mentions.json", ReadingOptions(keep_mentions=False), 150, "sat on it grey a a cat the 149. and"),
        ("dce.csv", ReadingOptions(), 400, LAST),
        ("excel-sep.csv", ReadingOptions(), 400, LAST),
        ("markov.json", ReadingOptions(), 400, LAST),
        ("markov.json", ReadingOptions(column="message"), 400, LAST),
        ("package-messages.json", ReadingOptions(), 400, LAST),
        ("utf16le-bom.txt", ReadingOptions(), 400, LAST),
        ("names.txt", ReadingOptions(), 2979, "Zephovexou"),
        ("japanese.txt", ReadingOptions(), 900, "かたてかかすなえとなのき。"),
        (
            "persian.txt",
            ReadingOptions(),
            300,
            "می\u200cخواهم کتاب\u200cها را بخوانم و به خانه\u200cی دوست\u200cام بروم 299",
        ),
    ],
)
def test_a_case_is_read(name: str, how: ReadingOptions, count: int, last: str) -> None:
    found = items(CASES / name, how)
    assert (len(found), "".join(found[-1:])) == (count, last)


@needs_cases
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("dce.html", " is DiscordChatExporter's HTML, names and layout included: export again with -f Json"),
        ("tweets.js", " is JavaScript, as in Twitter's archive: sed '1s/^[^=]*= *//' FILE > NEW.json, then --column"),
        (
            "latin1.txt",
            " is not UTF-8 text: line 1, column 15: the byte 0xE9 cannot be read; it is likely WINDOWS-1252",
        ),
    ],
)
def test_a_case_is_refused_with_the_way_out(name: str, wrong: str) -> None:
    assert complaint(CASES / name).startswith(wrong)


@needs_cases
def test_the_way_out_leads_out(tmp_path: Path) -> None:
    tweets = re.sub("^[^=]*= *", "", (CASES / "tweets.js").read_text())
    path = write(tmp_path / "tweets.json", tweets)
    assert items(path, ReadingOptions(column="tweet.full_text"))[-1] == LAST
    latin = write(tmp_path / "latin.txt", (CASES / "latin1.txt").read_bytes().decode("cp1252"))
    assert items(latin)[0] == "grey mouse gatée it had nobody grey ran 0."


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
    words += ["--no-links", "--no-mentions", "--lower-case", "--drop-slurs", "--webhooks"]
    assert parse_reading_options(parser.parse_args(words)) == ReadingOptions(
        "csv", "a", 2, 9, keep_links=False, keep_mentions=False, keep_case=False, drop_slurs=True, webhooks=True
    )
    with pytest.raises(InvalidInputError):
        ReadingOptions(shortest=-1)
