from __future__ import annotations

import argparse
import os
import re
import sys
from itertools import islice
from pathlib import Path
from textwrap import fill

import pytest

from bot.commands.arguments import add_reading_arguments, parse_reading_options
from bot.errors import InvalidInputError
from bot.training import decoding
from bot.training.text_files import STANDARD_INPUT, ReadingOptions, ReadingReport, read_items
from tests.support.paths import SHARED
from tests.support.text_files import complaint, items, write
from tests.support.typed_input import type_bytes

CASES = SHARED / "cases" / "texts"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason=f"{CASES} is missing")
LAST = "cat mat since the since then on mat 399."
"""The last item of most case files."""


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
