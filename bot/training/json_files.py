"""Read items out of JSON as a stream: arrays of texts or objects, and chats that programs exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from bot.training.chat_exports import MessageCounts, read_message
from bot.training.file_formats import FormatError, find_text, guess_text_column

LONGEST_TEXT = 2**25
"""In characters, for a text in a file: a message has a thousand or so."""
DEEPEST = 64
"""How deeply a file may be nested: a message is about eight deep."""
_STARTS, _ENDS = {"start_map", "start_array"}, {"end_map", "end_array"}
"""ijson's names for the brackets of JSON."""
Places = tuple[tuple[str, ...], ...]
MESSAGES: Places = (("messages",), ("chats", "list", "", "messages"))
"""The keys that lead to an export's messages; the second way is that of all of a person's Telegram chats.
An empty key stands for the values of an array."""
NO_EXPORT = (
    "no export of DiscordChatExporter, whose JSON is an object with guild, channel and messages, nor one of Telegram, "
    "nor an array (for JSON Lines: --format jsonl; of other objects, make an array first: jq .KEY FILE > NEW.json)"
)


def read_json(chunks: Iterable[str], column: str = "") -> Iterator[str]:
    """Yield the texts of an array: each a text, or the field `column` of an object; null counts as an empty text.

    Args:
        chunks: the file's text in pieces.
        column: the field's name, or a path of names with dots between them; empty for a usual one.

    Raises:
        FormatError: the file is damaged, or an object does not have the field.
    """
    for number, value in enumerate(_read_values(chunks, ((),)), start=1):
        where = f"item {number}"
        if isinstance(value, dict):
            column = column or guess_text_column(value)
            yield find_text(value, column, where)
        elif isinstance(value, str) and not column:
            yield value
        else:
            what = "no object, and has no field" if column else "neither a text nor an object"
            raise FormatError(f"{where} is {what}{f' {column}' if column else ''}: {str(value)[:40]}")


def read_chat_export(
    chunks: Iterable[str],
    *,
    keep_mentions: bool = True,
    webhooks: bool = False,
    counts: MessageCounts | None = None,
) -> Iterator[str]:
    """Yield what people, not bots, wrote in an export of Discord or Telegram; nothing else of it is kept.

    Args:
        chunks: the file's text in pieces; memory holds one piece, taken apart, however long the file is.
        keep_mentions: whether `@name` stays for the users that a message mentions, and `#channel`.
        webhooks: whether what came through webhooks counts as written by people.
        counts: is counted up: the messages, and those that are left out.

    Raises:
        FormatError: the file is no such export, or it is damaged.
    """
    counts = MessageCounts() if counts is None else counts
    for number, message in enumerate(_read_values(chunks, MESSAGES), start=1):
        counts.messages += 1
        try:
            text = read_message(message, keep_mentions=keep_mentions, webhooks=webhooks, counts=counts)
        except FormatError as error:
            raise FormatError(f"message {number} {error}: {NO_EXPORT}") from None
        if text is not None:
            yield text


def _read_values(chunks: Iterable[str], places: Places) -> Iterator[Any]:
    """Yield the values in the arrays at `places` of a file's JSON, as they come in."""
    from ijson import ObjectBuilder  # noqa: PLC0415 - the slim image has none

    number, found = 0, False
    builder: ObjectBuilder | None = None  # of the value that is coming in
    try:
        for depth, event, value in _find_arrays(_parse_json(chunks), places):
            found = True
            if depth < 0:
                continue
            if builder is None:
                builder, number = ObjectBuilder(), number + 1
            builder.event(event, value)
            if depth == 0 and event not in _STARTS:  # the value is complete
                yield builder.value
                builder = None
    except FormatError as error:
        what = "the export is damaged at message" if places == MESSAGES else "the JSON is damaged at item"
        raise FormatError(f"{what} {number or 1}: {error}" if found else NO_EXPORT) from None
    if not found:
        raise FormatError(NO_EXPORT)


def _find_arrays(events: Iterable[tuple[int, str, Any]], places: Places) -> Iterator[tuple[int, str, Any]]:
    """Yield those events that stand in the arrays at `places`, their values at depth 0; an array starts at -1."""
    keys: list[str] = []  # that lead to where the events are
    inside: int | None = None  # the depth of the values in the array
    for depth, event, value in events:
        if inside is not None and depth >= inside:
            yield depth - inside, event, value
        elif inside is not None:
            inside = None
        elif event == "map_key":
            keys[depth - 1 :] = [value]
        elif event == "start_array" and tuple(keys[:depth]) in places:
            inside = depth + 1
            yield -1, event, value
        elif event in _STARTS:
            keys[depth:] = [""]


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
