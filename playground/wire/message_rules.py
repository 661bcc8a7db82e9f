"""Check messages and suggestions as Discord does."""

from __future__ import annotations

from collections.abc import Iterator

from playground.wire.api_errors import ApiError, Problem
from playground.wire.checks import (
    bad_flag,
    bad_ids,
    bad_length,
    bad_number,
    no_object,
    no_objects,
    no_set,
    too_long,
    too_many,
)
from playground.wire.component_rules import FILE, components_problems, shape_problems, walk
from playground.wire.embed_rules import embed_size, embeds_problems
from playground.wire.records import COMPONENTS_V2, File, Json, Message

CONTENT_LIMIT = 2000
CHOICE_LIMIT = 25
FILE_LIMIT = 10
NONCE_LIMIT = 25
LARGEST = 2**53
"""The largest whole number that every client reads exactly, and either way the largest that an option takes."""


def message_problems(body: Json, flags: int) -> list[Problem]:
    """Return what is wrong with the body of a new or edited message.

    Args:
        body: what is to be in the message.
        flags: those that the message has already, or is to have.
    """
    problems = list(_shape_problems(body))
    if problems:
        return problems
    problems += too_long(body.get("content"), CONTENT_LIMIT, "content")
    problems += embeds_problems(body.get("embeds") or [])
    problems += components_problems(body.get("components") or [], second_version=bool(flags & COMPONENTS_V2))
    problems += _mention_problems(body.get("allowed_mentions") or {})
    for index, attachment in enumerate(body.get("attachments") or []):
        problems += too_long(attachment.get("description"), 1024, "attachments", index, "description")
    return problems


def _shape_problems(body: Json) -> Iterator[Problem]:
    yield from no_objects(body.get("embeds"), "embeds")
    yield from (problem.under("components") for problem in shape_problems(body.get("components")))
    yield from no_objects(body.get("attachments"), "attachments")
    yield from no_object(body.get("allowed_mentions"), "allowed_mentions")
    yield from bad_number(body.get("flags"), 0, 2**31 - 1, "flags")
    yield from bad_flag(body.get("tts"), "tts")
    yield from _nonce_problems(body.get("nonce"))


def _nonce_problems(nonce: object) -> list[Problem]:
    """Return what is wrong with the text or number by which a sender knows a message again."""
    return [] if isinstance(nonce, int) else too_long(nonce, NONCE_LIMIT, "nonce")


def _mention_problems(allowed: Json) -> Iterator[Problem]:
    """Yield what is wrong with whom a message may mention; a kind is allowed as a whole, or its members by id."""
    parsed = allowed.get("parse")
    if parsed:
        yield from no_set(parsed, ("roles", "users", "everyone"), "allowed_mentions", "parse")
    yield from bad_flag(allowed.get("replied_user"), "allowed_mentions", "replied_user")
    for kind in ("roles", "users"):
        yield from bad_ids(allowed.get(kind), "allowed_mentions", kind)
        yield from too_many(allowed.get(kind), 100, "allowed_mentions", kind)
        if allowed.get(kind) and kind in (parsed or []):
            text = f"parse:[{kind!r}] and {kind}: [ids...] are mutually exclusive."
            yield Problem(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def whole_problems(message: Message) -> Iterator[Problem]:
    """Yield what does not go together in a message as it is to be."""
    yield from too_many(message.files, FILE_LIMIT, "files")
    if not message.flags & COMPONENTS_V2:
        return
    for key, value in (("content", message.content), ("embeds", message.embeds)):
        if value:
            text = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Problem((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    names = {f"attachment://{file.name}" for file in message.files}
    for part in walk(message.components):
        if part.get("type") == FILE and part["file"]["url"] not in names:
            text = "The referenced attachment was not found"
            yield Problem(("components", "file"), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", text)


def check_not_empty(message: Message) -> None:
    """Refuse a message with nothing in it.

    Raises:
        ApiError: there is nothing.
    """
    shown = any(embed_size(embed) or embed.get("image") or embed.get("thumbnail") for embed in message.embeds)
    if not (message.content.strip() or shown or message.files or message.components):
        error = ApiError(400, 50006, "Cannot send an empty message")
        error.violations = ["request: Cannot send an empty message"]
        raise error


def check_files(files: dict[str, File], limit: int) -> None:
    """Refuse files that are too large.

    Raises:
        ApiError: one is.
    """
    large = [file.name for file in files.values() if len(file.content) > limit]
    if large:
        error = ApiError(413, 40005, "Request entity too large")
        error.violations = [f"files: {name} has more than {limit} bytes" for name in large]
        raise error


def choice_problems(choices: list[Json] | None, option_type: int) -> Iterator[Problem]:
    """Yield what is wrong with choices, of a command or from autocomplete, for an option of this type."""
    shape = no_objects(choices, "choices")
    yield from shape or too_many(choices, CHOICE_LIMIT, "choices")
    names: set[str] = set()
    for index, choice in enumerate([] if shape else choices or []):
        path = ("choices", index)
        name, value = choice.get("name"), choice.get("value")
        yield from bad_length(name, 1, 100, *path, "name")
        if name in names:
            yield Problem((*path, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE", "Duplicate name")
        names.add(str(name))
        yield from (problem.under(*path) for problem in _value_problems(value, option_type))


def _value_problems(value: object, option_type: int) -> Iterator[Problem]:
    if option_type == 3:
        yield from bad_length(value, 1, 100, "value")
    elif isinstance(value, bool) or not isinstance(value, int if option_type == 4 else int | float):
        yield Problem(("value",), "NUMBER_TYPE_COERCE", f"Value {value!r} does not fit the option's type.")
    elif not -LARGEST <= value <= LARGEST:
        yield Problem(("value",), "NUMBER_TYPE_MAX", f"Value {value!r} is beyond 2^53.")
