"""Read items out of plain text, JSON Lines, CSV, and DiscordChatExporter's JSON, each as a stream."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from bot.training.item_cleaning import remove_names

USUAL_COLUMNS = ("text", "content", "body", "message")
"""Looked for where no column is named."""
DELIMITERS = ",;\t|"
LONGEST_FIELD = 2**26
"""In characters, for CSV: a quotation mark that is never closed shall not bring a whole file into memory."""
LONGEST_TEXT = 2**25
"""In characters, for a text in an export: a message has a thousand or so."""
DEEPEST = 64
"""How deeply an export may be nested: a message is about eight deep."""
_STARTS, _ENDS = {"start_map", "start_array"}, {"end_map", "end_array"}
"""ijson's names for the brackets of JSON."""
PEOPLES_MESSAGES = {"Default", "Reply"}
"""The types of message that people write; the others tell that someone joined, pinned, called."""
NO_EXPORT = (
    "no export of DiscordChatExporter, whose JSON is an object with guild, channel and messages "
    "(for JSON Lines: --format jsonl)"
)


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
        column = column or _guess_column([name for name, value in fields.items() if isinstance(value, str)], fields)
        value = _find_field(fields, column, number)
        if not isinstance(value, str | None):
            raise FormatError(f"line {number}: {column} is not text: {json.dumps(value)[:40]}")
        yield value or ""


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


def _find_field(fields: dict[str, Any], column: str, number: int) -> object:
    if column in fields:
        return fields[column]
    value: object = fields
    for name in column.split("."):
        if not isinstance(value, dict) or name not in value:
            raise FormatError(f"line {number} has no field {column}: it has {_list_names(fields)}")
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


def read_csv(chunks: Iterable[str], column: str = "") -> Iterator[str]:
    """Yield the field `column` of each row below the header.

    Args:
        chunks: the file's text in pieces; which of `DELIMITERS` it has is seen in the header.
        column: the column's name in the header; empty for one of `USUAL_COLUMNS`.

    Raises:
        FormatError: there is no such column, or a row is malformed.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    rows = split_lines(chunks)
    header = next(rows)
    delimiter = max(DELIMITERS, key=lambda delimiter: _rate_delimiter(header, delimiter, column))
    reader = csv.reader((f"{line}\n" for line in chain([header], rows)), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip() for name in next(reader)]
        index = _find_column(column or _guess_column(columns, columns), columns)
        for row in reader:
            if row:
                yield _read_cell(row, columns, index, reader.line_num)
    except csv.Error as error:
        raise FormatError(f"line {reader.line_num} is not CSV: {error}") from None


def _rate_delimiter(header: str, delimiter: str, column: str) -> tuple[bool, int]:
    columns = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    wanted = {column} if column else set(USUAL_COLUMNS)
    return any(name in wanted or (not column and name.lower() in wanted) for name in columns), len(columns)


def _find_column(column: str, columns: Sequence[str]) -> int:
    if column not in columns:
        raise FormatError(f"line 1, the header, has no column {column}: it has {_list_names(columns)}")
    return columns.index(column)


def _read_cell(row: Sequence[str], columns: Sequence[str], index: int, line: int) -> str:
    # One field too many is most often a text with a delimiter in it and no quotation marks: half of it would be lost.
    if len(row) != len(columns):
        raise FormatError(f"line {line} has {len(row)} fields, the header {len(columns)}: is a text not in quotes?")
    return row[index]


# --- DiscordChatExporter ------------------------------------------------------------------------------------


def read_discord_export(chunks: Iterable[str], *, keep_mentions: bool = True) -> Iterator[str]:
    """Yield what people, not bots, wrote in an export; nothing else of it is kept.

    The format is what its `JsonMessageWriter` writes, https://github.com/Tyrrrz/DiscordChatExporter.

    Args:
        chunks: the file's text in pieces; memory holds one piece, taken apart, however long the file is.
        keep_mentions: whether `@name` stays for the users that a message mentions, and `#channel`.

    Raises:
        FormatError: the file is no such export, or it is damaged.
    """
    for number, message in enumerate(_read_messages(chunks), start=1):
        match message:
            case {"type": str(kind), "content": str(content), "author": {**author}}:
                if kind in PEOPLES_MESSAGES and not author.get("isBot"):
                    yield content if keep_mentions else remove_names(content, _mentioned_names(message))
            case _:
                raise FormatError(f"message {number} has no type, content and author: {NO_EXPORT}")


def _mentioned_names(message: dict[str, Any]) -> Iterator[str]:
    users = message.get("mentions")
    for user in users if isinstance(users, list) else ():
        if isinstance(user, dict):
            yield from (name for key in ("nickname", "name") if isinstance(name := user.get(key), str))


def _read_messages(chunks: Iterable[str]) -> Iterator[Any]:
    """Yield the values in the array `messages` of the export's object, as they come in."""
    from ijson import ObjectBuilder  # noqa: PLC0415 - the slim image has none

    key, number, found = "", 0, False
    builder: ObjectBuilder | None = None  # of the message that is coming in
    try:
        for depth, event, value in _parse_json(chunks):
            if depth == 1 and event == "map_key":
                key = value
            elif depth == 1 and event == "start_array" and key == "messages":
                found = True
            elif depth > 1 and found and key == "messages":
                if builder is None:
                    builder, number = ObjectBuilder(), number + 1
                builder.event(event, value)
                if depth == 2 and event not in _STARTS:  # the message is complete
                    yield builder.value
                    builder = None
    except FormatError as error:
        raise FormatError(f"the export is damaged at message {number or 1}: {error}" if found else NO_EXPORT) from None
    if not found:
        raise FormatError(NO_EXPORT)


def _parse_json(chunks: Iterable[str]) -> Iterator[tuple[int, str, Any]]:
    """Yield the events of ijson's `basic_parse`, each behind the depth at which it stands: 0 for the outermost value.

    Raises:
        FormatError: the text is not JSON, ends too early, or would take too much memory.
    """
    import ijson  # noqa: PLC0415 - the slim image has none

    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events, use_float=True)  # which refuses whole numbers of more than 64 bits
    depth = waiting = 0
    for chunk in chain(filter(None, chunks), [""]):  # an empty one tells the parser that the text is over
        error = None
        try:
            parser.send(chunk.encode())
        except StopIteration:
            pass  # the text was complete
        except ijson.JSONError as caught:  # the events before it are sound
            error = caught
        waiting = 0 if events else waiting + len(chunk)
        for event, value in events:
            depth -= event in _ENDS
            yield depth, event, value
            depth += event in _STARTS
            if depth > DEEPEST:
                raise FormatError("the nesting is huge")
        if error:
            raise FormatError(str(error).partition("\n")[0] if chunk else "it ends too early")
        if waiting > LONGEST_TEXT:
            raise FormatError(f"a text in it has more than {LONGEST_TEXT:,} characters")
        events.clear()
