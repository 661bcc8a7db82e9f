"""Check commands as Discord does before it registers them.

Source: https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from playground.wire.api_errors import Problem
from playground.wire.checks import (
    bad_flag,
    bad_length,
    missing,
    no_choice,
    no_object,
    no_objects,
    no_set,
    too_many,
    unwanted,
)
from playground.wire.component_rules import CHANNEL_TYPES
from playground.wire.message_rules import LARGEST, choice_problems
from playground.wire.records import Json

CHAT_INPUT, ENTRY_POINT = 1, 4
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, NUMBER = 1, 2, 3, 4, 5, 6, 7, 10
MOST_OF_TYPE = {CHAT_INPUT: 100, 2: 15, 3: 15, ENTRY_POINT: 1}
CHARACTERS = 8000
LONGEST_TEXT = 6000
LOCALES = frozenset({
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
})  # fmt: skip

_NAME = re.compile(r"[-_'\w]{1,32}")
"""Discord's pattern; it allows Devanagari and Thai marks too, which nothing here needs."""


def list_problems(commands: list[Json]) -> Iterator[Problem]:
    """Yield what is wrong with commands that are to be all there are."""
    for index, command in enumerate(commands):
        yield from (problem.under(index) for problem in command_problems(command))
    keys = [(command.get("type", CHAT_INPUT), command.get("name")) for command in commands]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            yield Problem((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Must be unique")
    for kind, number in Counter(kind for kind, _ in keys).items():
        if number > MOST_OF_TYPE.get(kind, number):
            text = f"There may be {MOST_OF_TYPE[kind]} commands of type {kind}, not {number}"
            yield Problem((), "APPLICATION_COMMANDS_TOO_MANY", text)


def command_problems(command: Json) -> Iterator[Problem]:
    """Yield what is wrong with a command."""
    kind = command.get("type", CHAT_INPUT)
    yield from no_choice(kind, tuple(MOST_OF_TYPE), "type")
    yield from _place_problems(command)
    if command.get("handler") is not None and kind != ENTRY_POINT:
        yield unwanted("handler")
    if kind != CHAT_INPUT:
        yield from bad_length(command.get("name"), 1, 32, "name")
        for locale, text in (command.get("name_localizations") or {}).items():
            yield from no_choice(locale, LOCALES, "name_localizations", locale)
            yield from bad_length(text, 1, 32, "name_localizations", locale)
        if command.get("description") or command.get("options"):
            message = "Context menu commands cannot have a description or options"
            yield Problem(("description",), "APPLICATION_COMMAND_INVALID_DESCRIPTION", message)
        return
    shape = list(_shape_problems(command))
    yield from shape or _text_problems(command)
    if shape:
        return
    yield from _options_problems(command.get("options") or [], allowed=(SUBCOMMAND, GROUP))
    if _characters(command) > CHARACTERS:
        message = f"Command exceeds maximum size ({CHARACTERS})"
        yield Problem((), "APPLICATION_COMMAND_TOO_LARGE", message)


def _place_problems(command: Json) -> Iterator[Problem]:
    """Yield what is wrong with where a command is to be, and for whom."""
    yield from no_set(command.get("contexts"), (0, 1, 2), "contexts")
    yield from no_set(command.get("integration_types"), (0, 1), "integration_types")
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdecimal():
        text = f"Value {permissions!r} is not int."
        yield Problem(("default_member_permissions",), "NUMBER_TYPE_COERCE", text)
    yield from (problem for key in ("nsfw", "dm_permission") for problem in bad_flag(command.get(key), key))


def _shape_problems(part: Json) -> Iterator[Problem]:
    """Yield what in a command or an option is no list or object where it has to be one."""
    for key in ("name_localizations", "description_localizations"):
        yield from no_object(part.get(key), key)
    problems = no_objects(part.get("options"), "options") + no_objects(part.get("choices"), "choices")
    yield from problems
    for index, option in enumerate([] if problems else part.get("options") or []):
        yield from (problem.under("options", index) for problem in _shape_problems(option))


def _text_problems(part: Json) -> Iterator[Problem]:
    """Yield what is wrong with the name and the description of a command or option, in all languages."""
    yield from _name_problems(part.get("name"), "name")
    yield from bad_length(part.get("description"), 1, 100, "description")
    for key in ("name_localizations", "description_localizations"):
        for locale, text in (part.get(key) or {}).items():
            yield from no_choice(locale, LOCALES, key, locale)
            if key == "name_localizations":
                yield from _name_problems(text, key, locale)
            else:
                yield from bad_length(text, 1, 100, key, locale)


def _name_problems(name: object, *path: str | int) -> Iterator[Problem]:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        yield Problem(path, "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {name!r}")


def _options_problems(options: list[Json], allowed: tuple[int, ...]) -> Iterator[Problem]:
    """Yield what is wrong with options, among which only these kinds of subcommand may be."""
    yield from too_many(options, 25, "options")
    kinds = [option.get("type") in {SUBCOMMAND, GROUP} for option in options]
    if any(kinds) and not all(kinds):
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Problem(("options",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    names: set[str] = set()
    optional = False
    for index, option in enumerate(options):
        yield from (problem.under("options", index) for problem in _option_problems(option, allowed))
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            yield Problem(("options", index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional |= not option.get("required", False)
        if option.get("name") in names:
            message = f"Option name {option['name']!r} is used already"
            yield Problem(("options", index, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)
        names.add(str(option.get("name")))


def _option_problems(option: Json, allowed: tuple[int, ...]) -> Iterator[Problem]:
    yield from _text_problems(option)
    yield from (problem for key in ("required", "autocomplete") for problem in bad_flag(option.get(key), key))
    kind: Any = option.get("type")
    if kind not in range(1, 12):
        yield Problem(("type",), "BASE_TYPE_CHOICES", f"Value {kind!r} is no type of option")
        return
    if kind in {SUBCOMMAND, GROUP}:
        if kind not in allowed:
            message = "A subcommand stands in a command or a group, a group in a command"
            yield Problem(("type",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
        yield from _options_problems(option.get("options") or [], allowed=(SUBCOMMAND,) if kind == GROUP else ())
        yield from _group_problems(option.get("options") or []) if kind == GROUP else ()
        return
    yield from _suggestion_problems(option, kind)
    if option.get("channel_types") is not None:
        yield from no_set(option["channel_types"], CHANNEL_TYPES if kind == CHANNEL else (), "channel_types")
    yield from _range_problems(option, "value", kind in {INTEGER, NUMBER}, -LARGEST, LARGEST)
    yield from _range_problems(option, "length", kind == STRING, 0, LONGEST_TEXT)


def _group_problems(options: list[Json]) -> Iterator[Problem]:
    """Yield what is wrong with what a group holds: subcommands, one at least."""
    if not options:
        yield missing("options")
    if any(option.get("type") != SUBCOMMAND for option in options):
        yield Problem(("options",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds subcommands alone")


def _suggestion_problems(option: Json, kind: int) -> Iterator[Problem]:
    """Yield what is wrong with what an option suggests, fixed or while a person types."""
    choices, typed = option.get("choices"), option.get("autocomplete")
    fitting = kind in {STRING, INTEGER, NUMBER}
    if choices and not fitting:
        yield Problem(("choices",), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "No choices for this type")
    elif choices:
        yield from choice_problems(choices, kind)
    if typed and choices:
        message = "Autocomplete and choices cannot both be given"
        yield Problem(("autocomplete",), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    if typed and not fitting:
        yield Problem(("autocomplete",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not for this type")


def _range_problems(option: Json, what: str, fitting: bool, lowest: int, highest: int) -> Iterator[Problem]:
    given = {key: option[key] for key in (f"min_{what}", f"max_{what}") if option.get(key) is not None}
    numbers = int | float if option.get("type") == NUMBER else int
    for key, value in given.items():
        smallest = 1 if key == "max_length" else lowest
        if not fitting:
            yield Problem((key,), "BASE_TYPE_INVALID", f"{key} does not fit the type of this option")
        elif isinstance(value, bool) or not isinstance(value, numbers) or not smallest <= value <= highest:
            yield Problem((key,), "NUMBER_TYPE_MAX", f"int value should be between {smallest} and {highest}.")
    least, most = given.get(f"min_{what}"), given.get(f"max_{what}")
    if least is not None and most is not None and least > most:
        yield Problem((f"max_{what}",), "NUMBER_TYPE_MIN", f"The maximum {most} is below the minimum {least}")


def _characters(part: Json) -> int:
    """Return how many characters of a command, option or choice count: of each text, its longest translation's."""
    count = sum(_longest(part, key) for key in ("name", "description"))
    if isinstance(part.get("value"), str):
        count += len(part["value"])
    return count + sum(_characters(inner) for key in ("options", "choices") for inner in part.get(key) or [])


def _longest(part: Json, key: str) -> int:
    return max(len(str(text)) for text in [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()])
