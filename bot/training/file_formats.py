"""Read items out of plain text, JSON Lines and CSV, each as a stream."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _csv import Reader

USUAL_COLUMNS = ("text", "content", "contents", "body", "message")
"""Looked for where no column is named."""
DELIMITERS = ",;\t|"
_SAID_DELIMITER = re.compile(r'"?sep=(.|\\t)"?\s*', re.IGNORECASE)
LONGEST_FIELD = 2**26
"""In characters, for CSV: a quotation mark that is never closed shall not bring a whole file into memory."""


class FormatError(ValueError):
    """Something is wrong in a file; the message says what, and in which line, but does not name the file."""


def split_lines(chunks: Iterable[str]) -> Iterator[str]:
    r"""Yield the lines of a text that comes in pieces, without their line breaks, which are all `\n` by now."""
    parts: list[str] = []
    for chunk in chunks:
        first, *others = chunk.split("\n")
        parts.append(first)
        for line in others:
            yield "".join(parts)
            parts = [line]
    yield "".join(parts)


def read_text(chunks: Iterable[str]) -> Iterator[str]:
    """Yield each line that is not blank as an item."""
    return (line for line in split_lines(chunks) if not line.isspace() and line)


# --- JSON Lines ---------------------------------------------------------------------------------------------


def read_json_lines(chunks: Iterable[str], column: str = "") -> Iterator[str]:
    """Yield the field `column` of each line's object; null counts as an empty text.

    Args:
        chunks: the file's text in pieces.
        column: the field's name, or a path of names with dots between them; empty for one of `USUAL_COLUMNS`.

    Raises:
        FormatError: a line is no JSON object, or does not have the field.
    """
    for number, line in enumerate(split_lines(chunks), start=1):
        if not line.strip():
            continue
        fields = _parse_object(line, number)
        column = column or guess_text_column(fields)
        yield find_text(fields, column, f"line {number}")


def _parse_object(line: str, number: int) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"line {number} is not JSON: {error.msg} at character {error.colno}") from None
    except (ValueError, RecursionError):
        raise FormatError(f"line {number} is not JSON that can be read here: a number or the nesting is huge") from None
    if not isinstance(fields, dict):
        raise FormatError(f'line {number} is not a JSON object, as {{"text": "hello"}} is')
    return fields


def guess_text_column(fields: dict[str, Any]) -> str:
    """Return the one of an object's fields that holds its text.

    Raises:
        FormatError: none has a usual name, or several have.
    """
    return _guess_column([name for name, value in fields.items() if isinstance(value, str)], fields)


def find_text(fields: dict[str, Any], column: str, where: str) -> str:
    """Return the text in a field of an object; null counts as an empty one.

    Args:
        fields: the object.
        column: the field's name, or a path of names with dots between them.
        where: where the object stands in its file.

    Raises:
        FormatError: there is no such field, or it holds something else.
    """
    value = _find_field(fields, column, where)
    if not isinstance(value, str | None):
        raise FormatError(f"{where}: {column} is not text: {json.dumps(value)[:40]}")
    return value or ""


def _find_field(fields: dict[str, Any], column: str, where: str) -> object:
    if column in fields:
        return fields[column]
    value: object = fields
    for name in column.split("."):
        if not isinstance(value, dict) or name not in value:
            raise FormatError(f"{where} has no field {column}: it has {_list_names(fields)}")
        value = value[name]
    return value


def _guess_column(candidates: Iterable[str], columns: Iterable[str]) -> str:
    usual = [name for name in candidates if name.lower() in USUAL_COLUMNS]
    if len(usual) != 1:
        raise FormatError(f"which field holds the text? Give --column with one of these: {_list_names(columns)}")
    return usual[0]


def _list_names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


# --- CSV ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is read row by row.

    Attributes:
        columns: their names.
        index: of the column that holds the texts.
        rows: as many fields each as there are columns; reading them may raise `FormatError`.
    """

    columns: tuple[str, ...]
    index: int
    rows: Iterator[list[str]]

    @property
    def column(self) -> str:
        """The name of the column that holds the texts."""
        return self.columns[self.index]


def read_csv(chunks: Iterable[str], column: str = "") -> Table:
    """Read a CSV file's header; its rows are read as they are taken.

    Args:
        chunks: the file's text in pieces; which of `DELIMITERS` it has is seen in the header, or said in a line before
            it, as Excel does: `sep=;`.
        column: the name in the header of the column that holds the texts; empty for one of `USUAL_COLUMNS`.

    Raises:
        FormatError: there is no such column, or the header is malformed.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    lines = split_lines(chunks)
    header, skipped = next(lines), 0
    said = _SAID_DELIMITER.fullmatch(header)
    if said:
        header, skipped = next(lines, ""), 1
    delimiter = said[1] if said else max(DELIMITERS, key=lambda each: _rate_delimiter(header, each, column))
    reader = csv.reader((f"{line}\n" for line in chain([header], lines)), delimiter=delimiter, strict=True)
    rows = _read_rows(reader, skipped)
    columns = tuple(name.strip() for name in next(rows))
    index = _find_column(column or _guess_column(columns, columns), columns, skipped + 1)
    return Table(columns, index, rows)


def _read_rows(reader: Reader, skipped: int) -> Iterator[list[str]]:
    """Yield the header, and each row that is not empty; `skipped` lines were read before them."""
    try:
        yield (header := next(reader))
        for row in filter(None, reader):
            # One field too many is most often a text with a delimiter in it and no quotation marks: half would be lost.
            if len(row) != len(header):
                raise FormatError(
                    f"line {reader.line_num + skipped} has {len(row)} fields, the header {len(header)}: "
                    "is a text not in quotes?"
                )
            yield row
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num + skipped} is not CSV: {error}") from None


def _rate_delimiter(header: str, delimiter: str, column: str) -> tuple[bool, int]:
    """Return whether a header that is divided so has the column that is wanted, and how many columns it has."""
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    wanted = {column} if column else set(USUAL_COLUMNS)
    return any((name if column else name.lower()) in wanted for name in columns), len(columns)


def _find_column(column: str, columns: Sequence[str], line: int) -> int:
    if column not in columns:
        raise FormatError(f"line {line}, the header, has no column {column}: it has {_list_names(columns)}")
    return columns.index(column)
