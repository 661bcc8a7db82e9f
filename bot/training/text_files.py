"""Read people's files item by item, so that a file may be larger than memory."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from bot.errors import InvalidInputError, explain_refusal
from bot.moderation.word_filter import contains_slur
from bot.training import item_cleaning
from bot.training.chat_exports import MessageCounts, is_message_table, read_message_table
from bot.training.decoding import NotTextError, decode_file
from bot.training.file_formats import FormatError, read_csv, read_json_lines, read_text, split_lines
from bot.training.foreign_files import LOOKED_AT, recognise
from bot.training.hard_wraps import find_width, join_paragraphs
from bot.training.json_files import read_chat_export, read_json

FORMATS = ("auto", "text", "jsonl", "csv", "discord", "json")
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".json": "json"}
"""Which format `auto` takes by the end of a file's name; all others are text."""
WITH_COLUMNS = {"jsonl", "csv", "json"}
STANDARD_INPUT = Path("-")
"""Stands for standard input among the paths of files."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read and their items cleaned.

    Attributes:
        format: one of `FORMATS`; `auto` goes by the end of a file's name, `SUFFIXES`.
        column: the field of JSON or CSV that holds the text, in JSON perhaps a path ("message.text").
        shortest: in characters; what is shorter after cleaning is left out.
        longest: in characters; what is longer is cut at its last blank before that. 0: nothing is cut.
        keep_links: whether web addresses stay.
        keep_mentions: whether `@name`, `<@123>`, `<#123>`, `<:emoji:123>` and `:emoji:` stay.
        keep_case: whether capitals stay.
        drop_slurs: whether items with a slur are left out.
        webhooks: whether messages that came through webhooks are taken from exports.

    Raises:
        InvalidInputError: a value is not allowed.
    """

    format: str = "auto"
    column: str = ""
    shortest: int = 1
    longest: int = 0
    keep_links: bool = True
    keep_mentions: bool = True
    keep_case: bool = True
    drop_slurs: bool = False
    webhooks: bool = False

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise InvalidInputError(f"--format {self.format}: allowed are {', '.join(FORMATS)}")
        if self.column and self.format not in {"auto", *WITH_COLUMNS}:
            raise InvalidInputError(
                f"--column {self.column}: --format {self.format} has no columns, jsonl, csv and json do"
            )
        if self.shortest < 1:
            raise InvalidInputError(f"--shortest {self.shortest}: allowed are 1 or more characters")
        if self.longest and self.longest < self.shortest:
            raise InvalidInputError(
                f"--longest {self.longest}: allowed are {self.shortest} (--shortest) or more characters, "
                "or 0 to cut nothing"
            )

    def format_of(self, path: Path) -> str:
        """Return the format to read `path` in: never `auto`."""
        return SUFFIXES.get(path.suffix.lower(), "text") if self.format == "auto" else self.format


@dataclass
class ReadingReport:
    """What became of the items, counted while they are read.

    Attributes:
        files: opened so far.
        items: handed on.
        left_out_short: shorter than asked for.
        cut: longer than asked for, and handed on cut.
        slurs: left out because they hold a slur.
        empty: with no text in them, or none left after cleaning; a text file's blank lines do not count.
        exported: the messages of exported chats, and those of them that were left out.
        notes: what else a person should know, a line each.
    """

    files: int = 0
    items: int = 0
    left_out_short: int = 0
    cut: int = 0
    slurs: int = 0
    empty: int = 0
    exported: MessageCounts = field(default_factory=MessageCounts)
    notes: list[str] = field(default_factory=list)

    def describe(self, duplicates: int = 0) -> Iterator[str]:
        """Yield lines on what was left out, `duplicates` among it, and on what was found."""
        left_out = {
            "duplicates": duplicates,
            "empty": self.empty,
            "too short": self.left_out_short,
            "with slurs": self.slurs,
        }
        if any(left_out.values()):
            yield "items left out: " + ", ".join(f"{count:,} {what}" for what, count in left_out.items() if count)
        if exported := self.exported.describe():
            yield exported
        yield from self.notes


def read_items(paths: Sequence[Path], how: ReadingOptions, report: ReadingReport) -> Iterator[str]:
    """Yield the items of all files, one after the other, cleaned: each is one line and not empty.

    Args:
        paths: files of text, looked for before the first is read; `STANDARD_INPUT` for what comes from there.
        how: what they are and how they are cleaned.
        report: is counted up.

    Raises:
        InvalidInputError: a file cannot be read.
    """
    _check_paths(paths, how)
    for path in paths:
        shown = name_source(path)
        try:
            with open_source(path) as file:
                report.files += 1
                for raw in _read_raw_items(file, path, how, report):
                    item = _clean(raw, how, report)
                    if item:
                        report.items += 1
                        yield item
        except NotTextError as error:
            raise InvalidInputError(f"{shown} {error}") from None
        except FormatError as error:
            raise InvalidInputError(f"{shown}: {error}") from None
        except OSError as error:
            raise InvalidInputError(f"{path} cannot be read: {explain_refusal(error, path)}") from None


def name_source(path: Path) -> str:
    """Return what people call one of the files that are read."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def open_source(path: Path) -> AbstractContextManager[BinaryIO]:
    """Open one of the files that are read; standard input stays open."""
    return nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else path.open("rb")


def _check_paths(paths: Sequence[Path], how: ReadingOptions) -> None:
    for path in paths:
        if path == STANDARD_INPUT:
            continue
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise InvalidInputError(f"{path} does not exist") from None
        except OSError as error:
            raise InvalidInputError(f"{path} cannot be read: {explain_refusal(error, path)}") from None
        if stat.S_ISDIR(mode):
            raise InvalidInputError(f"{path} is a folder: give the files in it")
    formats = {how.format_of(path) for path in paths}
    if how.column and not formats & WITH_COLUMNS:
        names = ", ".join(map(name_source, paths))
        raise InvalidInputError(
            f"{names}: --column {how.column} needs JSON Lines or CSV, or a JSON array; if it is one, give --format"
        )


def _read_raw_items(file: BinaryIO, path: Path, how: ReadingOptions, report: ReadingReport) -> Iterator[str]:
    kind = how.format_of(path)
    start, chunks = _look_at_start(decode_file(file))
    if how.format == "auto" and (foreign := recognise(start, as_text=kind == "text")):
        raise NotTextError(foreign)
    match kind:
        case "json" | "jsonl" if start.lstrip().startswith("["):
            return read_json(chunks, how.column)
        case "jsonl":
            return read_json_lines(chunks, how.column)
        case "csv":
            return _read_table(chunks, path, how, report)
        case "json" | "discord":
            return read_chat_export(
                chunks, keep_mentions=how.keep_mentions, webhooks=how.webhooks, counts=report.exported
            )
    if how.format == "auto" and (width := find_width(start.split("\n")[:-1])):
        report.notes.append(
            f"{name_source(path)}: its lines are wrapped at {width} characters, and were joined to paragraphs "
            "(--format text takes each line as an item)"
        )
        return join_paragraphs(split_lines(chunks), width)
    return read_text(chunks)


def _look_at_start(chunks: Iterator[str]) -> tuple[str, Iterator[str]]:
    """Return the first `LOOKED_AT` characters or more of a text in pieces, and all of its pieces."""
    first: list[str] = []
    broken: NotTextError | None = None
    try:
        while sum(map(len, first)) < LOOKED_AT and (chunk := next(chunks, None)) is not None:
            first.append(chunk)
    except NotTextError as error:
        if not any(first):
            raise
        broken = error  # what stands before it is handed on first

    def give_all() -> Iterator[str]:
        yield from first
        if broken:
            raise broken
        yield from chunks

    return "".join(first), give_all()


def _read_table(chunks: Iterable[str], path: Path, how: ReadingOptions, report: ReadingReport) -> Iterator[str]:
    table = read_csv(chunks, how.column)
    if not is_message_table(table):
        return (row[table.index] for row in table.rows)
    report.notes.append(
        f"{name_source(path)}: a CSV export does not say who is a bot; -f Json does, and leaves them out here"
    )
    return read_message_table(table, keep_mentions=how.keep_mentions, counts=report.exported)


def _clean(raw: str, how: ReadingOptions, report: ReadingReport) -> str:
    """Return the item that `raw` becomes; empty if it is left out, which is counted."""
    item = _apply_options(raw, how)
    if not item:
        report.empty += 1
        return ""
    short = item_cleaning.cut_at_blank(item, how.longest) if how.longest else item
    if len(short) < how.shortest:
        report.left_out_short += 1
        return ""
    if how.drop_slurs and contains_slur(short):
        report.slurs += 1
        return ""
    report.cut += short != item
    return short


def _apply_options(raw: str, how: ReadingOptions) -> str:
    text = item_cleaning.remove_invisible(raw)
    if not how.keep_links:
        text = item_cleaning.remove_links(text)
    if not how.keep_mentions:
        text = item_cleaning.remove_mentions(text)
    return item_cleaning.join_lines(text if how.keep_case else text.lower())
