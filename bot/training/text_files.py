"""Read people's files item by item, so that a file may be larger than memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.errors import InvalidInputError
from bot.moderation.word_filter import contains_slur
from bot.training import item_cleaning
from bot.training.file_formats import FormatError, read_csv, read_discord_export, read_json_lines, read_text

FORMATS = ("auto", "text", "jsonl", "csv", "discord")
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".json": "discord"}
"""Which format `auto` takes by the end of a file's name; all others are text."""
WITH_COLUMNS = {"jsonl", "csv"}
BYTE_ORDER_MARK = "\ufeff"
CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How files are read and their items cleaned.

    Attributes:
        format: one of `FORMATS`; `auto` goes by the end of a file's name, `SUFFIXES`.
        column: the field of JSON Lines or CSV that holds the text, in JSON Lines perhaps a path ("message.text").
        shortest: in characters; what is shorter after cleaning is left out.
        longest: in characters; what is longer is cut at its last blank before that. 0: nothing is cut.
        keep_links: whether web addresses stay.
        keep_mentions: whether `@name`, `<@123>`, `<#123>`, `<:emoji:123>` and `:emoji:` stay.
        keep_case: whether capitals stay.
        drop_slurs: whether items with a slur are left out.

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

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise InvalidInputError(f"--format {self.format}: allowed are {', '.join(FORMATS)}")
        if self.column and self.format not in {"auto", *WITH_COLUMNS}:
            raise InvalidInputError(f"--column {self.column}: --format {self.format} has no columns, jsonl and csv do")
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
    """

    files: int = 0
    items: int = 0
    left_out_short: int = 0
    cut: int = 0
    slurs: int = 0
    empty: int = 0


def read_items(paths: Sequence[Path], how: ReadingOptions, report: ReadingReport) -> Iterator[str]:
    """Yield the items of all files, one after the other, cleaned: each is one line and not empty.

    Args:
        paths: files of UTF-8 text, looked for before the first is read.
        how: what they are and how they are cleaned.
        report: is counted up.

    Raises:
        InvalidInputError: a file cannot be read.
    """
    _check_paths(paths, how)
    for path in paths:
        try:
            with path.open("rb") as file:
                report.files += 1
                for raw in _read_raw_items(file, path, how):
                    item = _clean(raw, how, report)
                    if item:
                        report.items += 1
                        yield item
        except FormatError as error:
            raise InvalidInputError(f"{path}: {error}") from None
        except OSError as error:
            raise InvalidInputError(f"{path} cannot be read: {error.strerror or error}") from None


def _check_paths(paths: Sequence[Path], how: ReadingOptions) -> None:
    for path in paths:
        if path.is_dir():
            raise InvalidInputError(f"{path} is a folder: give the files in it")
        if not path.exists():
            raise InvalidInputError(f"{path} does not exist")
    formats = {how.format_of(path) for path in paths}
    if how.column and not formats & WITH_COLUMNS:
        names = ", ".join(map(str, paths))
        raise InvalidInputError(
            f"{names}: --column {how.column} needs JSON Lines or CSV; if that is what it is, give --format"
        )


def _read_raw_items(file: BinaryIO, path: Path, how: ReadingOptions) -> Iterator[str]:
    chunks = _decode_chunks(file, path)
    match how.format_of(path):
        case "jsonl":
            return read_json_lines(chunks, how.column)
        case "csv":
            return read_csv(chunks, how.column)
        case "discord":
            return read_discord_export(chunks, keep_mentions=how.keep_mentions)
        case _:
            return read_text(chunks)


def _decode_chunks(file: BinaryIO, path: Path) -> Iterator[str]:
    r"""Yield the text in pieces, without its byte order mark, and with each line break a `\n`."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line_breaks = io.IncrementalNewlineDecoder(None, translate=True)
    offset, begun = 0, False
    while chunk := file.read(CHUNK_BYTES):
        if (zero := chunk.find(0)) >= 0:
            raise InvalidInputError(f"{path} is not text (binary): byte {offset + zero} is zero")
        text = _decode(decoder, chunk, offset, path)
        yield line_breaks.decode(text if begun else text.removeprefix(BYTE_ORDER_MARK))
        offset, begun = offset + len(chunk), begun or bool(text)
    if not offset:
        raise InvalidInputError(f"{path} is empty")
    yield line_breaks.decode(_decode(decoder, b"", offset, path), final=True)


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, path: Path) -> str:
    waiting = len(decoder.getstate()[0])  # bytes of a character that the chunk before began
    try:
        return decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{path} is not UTF-8 text: byte {offset - waiting + error.start} cannot be read"
        ) from None


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
