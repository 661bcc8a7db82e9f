"""Registered commands: what Discord refuses, what it fills in, and how it counts creations."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from playground.wire.api_errors import ApiError, Problem, bad_length, refuse, too_many
from playground.wire.message_rules import choice_problems
from playground.wire.records import Json, snowflake
from playground.wire.world import World

CHAT_INPUT = 1
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, NUMBER = 1, 2, 3, 4, 5, 6, 10
DAY_SECONDS = 24 * 60 * 60.0
LARGEST = 2**53

_NAME = re.compile(r"[-_'\w]{1,32}")
"""Discord's pattern; it allows Devanagari and Thai marks too, which nothing here needs."""


def command_problems(command: Json) -> Iterator[Problem]:
    """Yield what is wrong with a command."""
    name = command.get("name")
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        yield from bad_length(name, 1, 32, "name")
        if command.get("description") or command.get("options"):
            message = "Context menu commands cannot have a description or options"
            yield Problem(("description",), "APPLICATION_COMMAND_INVALID_DESCRIPTION", message)
        return
    yield from _name_problems(name)
    yield from bad_length(command.get("description"), 1, 100, "description")
    yield from _options_problems(command.get("options") or [])


def _name_problems(name: object) -> Iterator[Problem]:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name != name.lower():
        yield Problem(("name",), "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {name!r}")


def _options_problems(options: list[Json]) -> Iterator[Problem]:
    yield from too_many(options, 25, "options")
    names: set[str] = set()
    optional = False
    for index, option in enumerate(options):
        yield from (problem.under("options", index) for problem in _option_problems(option))
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            yield Problem(("options", index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional |= not option.get("required", False)
        if option.get("name") in names:
            message = f"Option name {option['name']!r} is used already"
            yield Problem(("options", index, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)
        names.add(str(option.get("name")))


def _option_problems(option: Json) -> Iterator[Problem]:
    yield from _name_problems(option.get("name"))
    yield from bad_length(option.get("description"), 1, 100, "description")
    kind = option.get("type")
    if kind not in range(1, 12):
        yield Problem(("type",), "BASE_TYPE_CHOICES", f"Value {kind!r} is no type of option")
        return
    if kind in {SUBCOMMAND, GROUP}:
        yield from _options_problems(option.get("options") or [])
        return
    choices = option.get("choices")
    if choices:
        if kind not in {STRING, INTEGER, NUMBER}:
            yield Problem(("choices",), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "No choices for this type")
        else:
            yield from choice_problems(choices, kind)
    if option.get("autocomplete"):
        if choices:
            message = "Autocomplete and choices cannot both be given"
            yield Problem(("autocomplete",), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
        if kind not in {STRING, INTEGER, NUMBER}:
            yield Problem(("autocomplete",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Not for this type")
    yield from _range_problems(option, "value", kind in {INTEGER, NUMBER}, -LARGEST, LARGEST)
    yield from _range_problems(option, "length", kind == STRING, 0, 6000)


def _range_problems(option: Json, what: str, fitting: bool, lowest: int, highest: int) -> Iterator[Problem]:
    given = {key: option[key] for key in (f"min_{what}", f"max_{what}") if option.get(key) is not None}
    for key, value in given.items():
        if not fitting:
            yield Problem((key,), "BASE_TYPE_INVALID", f"{key} does not fit the type of this option")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
            yield Problem((key,), "NUMBER_TYPE_MAX", f"int value should be between {lowest} and {highest}.")
    least, most = given.get(f"min_{what}"), given.get(f"max_{what}")
    if least is not None and most is not None and least > most:
        yield Problem((f"max_{what}",), "NUMBER_TYPE_MIN", f"The maximum {most} is below the minimum {least}")


class CommandRegistry:
    """The commands of the application, with the rules for changing them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, guild_id: int) -> list[Json]:
        """Return the commands of a server, or the global ones for 0."""
        return self._world.commands.setdefault(guild_id, [])

    def replace(self, guild_id: int, commands: list[Json]) -> list[Json]:
        """Put these in place of all that a server, or 0 for everywhere, has; known names keep their ids.

        Raises:
            ApiError: Discord would refuse one of them.
        """
        refuse(problem.under(index) for index, command in enumerate(commands) for problem in command_problems(command))
        keys = [(command.get("type", CHAT_INPUT), command["name"]) for command in commands]
        double = [index for index, key in enumerate(keys) if key in keys[:index]]
        refuse(Problem((i, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Must be unique") for i in double)
        refuse(too_many(commands, 100))
        known = {(command["type"], command["name"]): command for command in self.of(guild_id)}
        self._count(sum(key not in known for key in keys))
        made = [self._complete(command, guild_id, known.get(key)) for command, key in zip(commands, keys, strict=True)]
        self._world.commands[guild_id] = made
        return made

    def put(self, guild_id: int, command: Json, replaces: Json | None = None) -> tuple[Json, bool]:
        """Create a command, or overwrite the one it replaces or shares its name with; and whether it is new.

        Raises:
            ApiError: Discord would refuse it.
        """
        refuse(command_problems(command))
        commands = self.of(guild_id)
        key = (command.get("type", CHAT_INPUT), command["name"])
        old = replaces or next((known for known in commands if (known["type"], known["name"]) == key), None)
        self._count(old is None)
        made = self._complete(command, guild_id, old)
        if old is None:
            commands.append(made)
        else:
            commands[commands.index(old)] = made
        return made, old is None

    def find(self, guild_id: int, command_id: int) -> Json:
        """Return a command by its id.

        Raises:
            ApiError: there is none.
        """
        for command in self.of(guild_id):
            if command["id"] == str(command_id):
                return command
        raise ApiError(404, 10063, "Unknown application command")

    def _count(self, creations: int) -> None:
        now, limits = time.monotonic(), self._world.limits
        self._world.created = [moment for moment in self._world.created if now - moment < DAY_SECONDS]
        if len(self._world.created) + creations > limits.commands_a_day:
            text = f"Max number of daily application command creates has been reached ({limits.commands_a_day})"
            error = ApiError(400, 30034, text)
            error.violations = [f"request: {text}"]
            raise error
        self._world.created += [now] * creations

    def _complete(self, command: Json, guild_id: int, old: Json | None) -> Json:
        sent = {key: value for key, value in command.items() if key != "options"}
        options = [_complete_option(option) for option in command.get("options") or []]
        made: Json = {
            "id": old["id"] if old else str(snowflake()),
            "application_id": str(self._world.bot.id),
            "version": "",
            "default_member_permissions": None,
            "type": CHAT_INPUT,
            "name_localizations": None,
            "description": "",
            "description_localizations": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **({"guild_id": str(guild_id)} if guild_id else {}),
            **sent,
            **({"options": options} if options else {}),
        }
        if made["default_member_permissions"] is not None:
            made["default_member_permissions"] = str(made["default_member_permissions"])
        same = old is not None and {**old, "version": ""} == made
        made["version"] = old["version"] if old and same else str(snowflake())
        return made


def _complete_option(option: Json) -> Json:
    """Return what Discord gives back for an option: what is false or absent it leaves out."""
    made = {key: value for key, value in option.items() if value is not None and value is not False}
    made.update({"name_localizations": None, "description_localizations": None})
    for key in ("options", "choices"):
        if not made.get(key):
            made.pop(key, None)
    if "options" in made:
        made["options"] = [_complete_option(inner) for inner in made["options"]]
    return made
