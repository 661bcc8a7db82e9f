"""Read items out of plain text, JSON Lines, CSV, and DiscordChatExporter's JSON, each as a stream."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from bot.training.item_cleaning import without_names

USUAL_COLUMNS = ("text", "content", "body", "message")
"""Looked for where no column is named."""
DELIMITERS = ",;\t|"
LONGEST_FIELD = 2**26
"""In characters, for CSV: a quotation mark that nobody closes shall not bring a whole file into memory."""
LONGEST_VALUE = 2**25
"""In characters, for a JSON value in an export: a message takes a thousand or so."""
_SPACE = re.compile(r"[ \t\r\n]*")
PEOPLES_MESSAGES = {"Default", "Reply"}
"""The types of message that people write; the others tell that someone joined, pinned, called."""
NO_EXPORT = (
    "no export of DiscordChatExporter, whose JSON is an object with guild, channel and messages "
    "(for JSON Lines: --format jsonl)"
)


class FormatError(ValueError):
    """Something is wrong in a file; the message says what, and in which line, but does not name the file."""


def lines(chunks: Iterable[str]) -> Iterator[str]:
    r"""Yield the lines of a text that comes in pieces, without their line breaks, which are all `\n` by now."""
    parts: list[str] = []
    for chunk in chunks:
        first, *others = chunk.split("\n")
        parts.append(first)
        for line in others:
            yield "".join(parts)
            parts = [line]
    yield "".join(parts)


def text_items(chunks: Iterable[str]) -> Iterator[str]:
    """Yield a line an item; blank lines are left out."""
    return (line for line in lines(chunks) if not line.isspace() and line)


# --- JSON Lines ---------------------------------------------------------------------------------------------


def json_lines_items(chunks: Iterable[str], column: str = "") -> Iterator[str]:
    """Yield the field `column` of each line's object; null counts as an empty text.

    Args:
        chunks: the file's text in pieces.
        column: the field's name, or a path of names with dots between them; empty for one of `USUAL_COLUMNS`.

    Raises:
        FormatError: a line is no JSON object, or does not have the field.
    """
    for number, line in enumerate(lines(chunks), start=1):
        if not line.strip():
            continue
        fields = _json_object(line, number)
        column = column or _usual_column([name for name, value in fields.items() if isinstance(value, str)], fields)
        value = _field(fields, column, number)
        if not isinstance(value, str | None):
            raise FormatError(f"line {number}: {column} is not text: {json.dumps(value)[:40]}")
        yield value or ""


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise FormatError(f"line {number} is not JSON: {error.msg} at character {error.colno}") from None
    except (ValueError, RecursionError):
        raise FormatError(f"line {number} is not JSON that can be read here: a number or the nesting is huge") from None
    if not isinstance(fields, dict):
        raise FormatError(f'line {number} is not a JSON object, as {{"text": "hello"}} is')
    return fields


def _field(fields: dict[str, Any], column: str, number: int) -> object:
    if column in fields:
        return fields[column]
    value: object = fields
    for name in column.split("."):
        if not isinstance(value, dict) or name not in value:
            raise FormatError(f"line {number} has no field {column}: it has {_listed(fields)}")
        value = value[name]
    return value


def _usual_column(candidates: Iterable[str], columns: Iterable[str]) -> str:
    usual = [name for name in candidates if name.lower() in USUAL_COLUMNS]
    if len(usual) != 1:
        raise FormatError(f"which field holds the text? Give --column with one of these: {_listed(columns)}")
    return usual[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


# --- CSV ----------------------------------------------------------------------------------------------------


def csv_items(chunks: Iterable[str], column: str = "") -> Iterator[str]:
    """Yield the field `column` of each row below the header.

    Args:
        chunks: the file's text in pieces; which of `DELIMITERS` it has is seen in the header.
        column: the column's name in the header; empty for one of `USUAL_COLUMNS`.

    Raises:
        FormatError: there is no such column, or a row is malformed.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    rows = lines(chunks)
    header = next(rows)
    delimiter = max(DELIMITERS, key=lambda delimiter: _fit(header, delimiter, column))
    reader = csv.reader((f"{line}\n" for line in chain([header], rows)), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip() for name in next(reader)]
        place = _place(column or _usual_column(columns, columns), columns)
        for row in reader:
            if row:
                yield _cell(row, columns, place, reader.line_num)
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num} is not CSV: {error}") from None


def _fit(header: str, delimiter: str, column: str) -> tuple[bool, int]:
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    wanted = {column} if column else set(USUAL_COLUMNS)
    return any(name in wanted or (not column and name.lower() in wanted) for name in columns), len(columns)


def _place(column: str, columns: Sequence[str]) -> int:
    if column not in columns:
        raise FormatError(f"line 1, the header, has no column {column}: it has {_listed(columns)}")
    return columns.index(column)


def _cell(row: Sequence[str], columns: Sequence[str], place: int, line: int) -> str:
    # One field too many is most often a text with a delimiter in it and no quotation marks: half of it would be lost.
    if len(row) != len(columns):
        raise FormatError(f"line {line} has {len(row)} fields, the header {len(columns)}: is a text not in quotes?")
    return row[place]


# --- DiscordChatExporter ------------------------------------------------------------------------------------


def discord_items(chunks: Iterable[str], *, keep_mentions: bool = True) -> Iterator[str]:
    """Yield what people, not bots, wrote in an export; nothing else of it is kept.

    The format is what its `JsonMessageWriter` writes, https://github.com/Tyrrrz/DiscordChatExporter.

    Args:
        chunks: the file's text in pieces; no more of it is in memory than a few messages and a piece.
        keep_mentions: whether `@name` stays for the users that a message mentions, and `#channel`.

    Raises:
        FormatError: it is no such export, or it is damaged.
    """
    for number, message in enumerate(_messages(_Json(chunks)), start=1):
        match message:
            case {"type": str(kind), "content": str(content), "author": {**author}}:
                if kind in PEOPLES_MESSAGES and not author.get("isBot"):
                    yield content if keep_mentions else without_names(content, _mentioned(message))
            case _:
                raise FormatError(f"message {number} has no type, content and author: {NO_EXPORT}")


def _mentioned(message: dict[str, Any]) -> Iterator[str]:
    users = message.get("mentions")
    for user in users if isinstance(users, list) else ():
        if isinstance(user, dict):
            yield from (name for key in ("nickname", "name") if isinstance(name := user.get(key), str))


def _messages(source: _Json) -> Iterator[Any]:
    try:
        source.take("{")
        while source.value() != "messages":
            source.take(":")
            source.value()
            source.take(",")
        source.take(":")
        source.take("[")
    except FormatError:
        raise FormatError(NO_EXPORT) from None
    number, following = 1, source.peek()
    while following != "]":
        try:
            message = source.value()
            following = source.take(",]")
        except FormatError as error:
            raise FormatError(f"the export is damaged at message {number}: {error}") from None
        yield message
        number += 1


class _Json:
    """Takes JSON apart while it comes in; what has been taken is forgotten."""

    def __init__(self, chunks: Iterable[str]) -> None:
        self._chunks = iter(chunks)
        self._decode = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """Return the next character but white space; empty at the end."""
        while True:
            if space := _SPACE.match(self._text, self._at):
                self._at = space.end()
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, allowed: str) -> str:
        """Return the next character but white space, which must be one of `allowed`."""
        found = self.peek()
        if not found:
            raise FormatError("it ends too early")
        if found not in allowed:
            raise FormatError(f"{' or '.join(allowed)} was expected, not {found}")
        self._at += 1
        return found

    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return the next value, at most about `LONGEST_VALUE` long."""
        while self.peek():
            try:
                value, end = self._decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                # Most often the value is not all here yet.
                if len(self._text) - self._at > LONGEST_VALUE or not self._more():
                    raise FormatError(getattr(error, "msg", "a number or the nesting is huge")) from None
                continue
            if end < len(self._text) or not self._more():  # at the end of a piece, a number may go on in the next
                self._at = end
                return value
        raise FormatError("it ends too early")

    def _more(self) -> bool:
        # Twice as much each time, so that a long value is not tried again for every piece.
        parts = [self._text[self._at :]]
        wanted = 2 * len(parts[0])
        for chunk in self._chunks:
            parts.append(chunk)
            if sum(map(len, parts)) >= wanted:
                break
        self._text, self._at = "".join(parts), 0
        return len(parts) > 1
