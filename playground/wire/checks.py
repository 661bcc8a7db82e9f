"""Check single values of a request's body; each function returns the problems there are."""

from __future__ import annotations

import datetime as dt
import urllib.parse
from collections.abc import Collection

from playground.wire.api_errors import Problem

WEB = ("http", "https")


def too_long(value: object, limit: int, *path: str | int) -> list[Problem]:
    """Return a problem if what is there is no text, or has more than `limit` characters."""
    if value is None:
        return []
    if not isinstance(value, str):
        return [Problem(path, "STRING_TYPE_CONVERT", "Could not interpret as a string.")]
    if len(value) > limit:
        return [Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")]
    return []


def bad_length(value: object, least: int, most: int, *path: str | int) -> list[Problem]:
    """Return a problem unless a text has between `least` and `most` characters; white space around it is none."""
    if value is None:
        return [missing(*path)]
    if not isinstance(value, str):
        return [Problem(path, "STRING_TYPE_CONVERT", "Could not interpret as a string.")]
    if len(value.strip()) < least or len(value) > most:
        return [Problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")]
    return []


def too_many(value: object, limit: int, *path: str | int) -> list[Problem]:
    """Return a problem if a list has more than `limit` items."""
    if isinstance(value, list) and len(value) > limit:
        return [Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")]
    return []


def bad_count(value: object, least: int, most: int, *path: str | int) -> list[Problem]:
    """Return a problem unless there are between `least` and `most` items."""
    if not least <= (len(value) if isinstance(value, list) else 0) <= most:
        return [Problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")]
    return []


def no_objects(value: object, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is a list of objects."""
    if value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
        return []
    return [Problem(path, "LIST_TYPE_CONVERT", "Only lists of dictionaries may be used here")]


def no_object(value: object, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is an object."""
    if value is None or isinstance(value, dict):
        return []
    return [Problem(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")]


def bad_number(value: object, least: int, most: int, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is a whole number in this range."""
    if value is None:
        return []
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        return [Problem(path, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")]
    return []


def bad_flag(value: object, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is true or false."""
    if value is None or isinstance(value, bool):
        return []
    return [Problem(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")]


def bad_id(value: object, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is an id."""
    return [] if str(value).isdecimal() else [Problem(path, "NUMBER_TYPE_COERCE", f"Value {value!r} is not snowflake.")]


def bad_ids(value: object, *path: str | int) -> list[Problem]:
    """Return the problems of a value that is neither left out nor a list of ids."""
    if value is None:
        return []
    if not isinstance(value, list):
        return [Problem(path, "LIST_TYPE_CONVERT", "Only lists may be used here")]
    return [problem for index, item in enumerate(value) for problem in bad_id(item, *path, index)]


def no_choice(value: object, choices: Collection[object], *path: str | int) -> list[Problem]:
    """Return a problem unless a value is one of those that there are."""
    if value is None:
        return [missing(*path)]
    if isinstance(value, bool) or value not in choices:
        return [Problem(path, "BASE_TYPE_CHOICES", f"Value must be one of {tuple(choices)}.")]
    return []


def no_set(value: object, choices: Collection[object], *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or lists some of these choices, each once and at least one."""
    if value is None:
        return []
    if not isinstance(value, list) or not value or len({*map(repr, value)}) < len(value):
        return [Problem(path, "SET_TYPE_CONVERT", "Must be a list of at least one, each once.")]
    return [problem for index, item in enumerate(value) for problem in no_choice(item, choices, *path, index)]


def bad_url(value: object, schemes: Collection[str], *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is an address of one of these schemes."""
    if value is None:
        return []
    if not isinstance(value, str) or len(value) > 2048 or ":" not in value:
        return [Problem(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")]
    address = urllib.parse.urlsplit(value)
    if address.scheme not in schemes:
        text = f"Scheme {address.scheme!r} is not supported. Scheme must be one of {tuple(schemes)}."
        return [Problem(path, "URL_TYPE_INVALID_SCHEME", text)]
    return [] if address.netloc else [Problem(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")]


def bad_time(value: object, *path: str | int) -> list[Problem]:
    """Return a problem unless a value is left out, or is a time as ISO 8601 writes it."""
    try:
        if value is not None:
            dt.datetime.fromisoformat(str(value))
    except ValueError:
        return [Problem(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value!r}. Should be ISO8601.")]
    return []


def missing(*path: str | int) -> Problem:
    """Return the problem that a value is not there."""
    return Problem(path, "BASE_TYPE_REQUIRED", "This field is required")


def unwanted(*path: str | int) -> Problem:
    """Return the problem that a value is there where none may be."""
    return Problem(path, "BASE_TYPE_INVALID", "This field may not be given here")
