"""Registered commands: what Discord refuses, what it fills in, and how it counts creations."""

from __future__ import annotations

import time

from playground.wire.api_errors import ApiError, Problem, refuse
from playground.wire.checks import no_objects
from playground.wire.command_rules import CHAT_INPUT, MOST_OF_TYPE, command_problems, list_problems
from playground.wire.records import Json, snowflake
from playground.wire.world import World

DAY_SECONDS = 24 * 60 * 60.0


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
        refuse(no_objects(commands) or list_problems(commands))
        keys = [(command.get("type", CHAT_INPUT), command["name"]) for command in commands]
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
        if old is None and sum(known["type"] == key[0] for known in commands) >= MOST_OF_TYPE[key[0]]:
            refuse([Problem((), "APPLICATION_COMMANDS_TOO_MANY", f"There are {MOST_OF_TYPE[key[0]]} of its type")])
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
    made = {"name_localizations": None, "description_localizations": None, **made}
    for key in ("options", "choices"):
        if not made.get(key):
            made.pop(key, None)
    if "options" in made:
        made["options"] = [_complete_option(inner) for inner in made["options"]]
    return made


def without_localizations(part: Json) -> Json:
    """Return a command, option or choice as lists have it unless its texts in all languages are asked for."""
    made = {key: value for key, value in part.items() if key not in {"name_localizations", "description_localizations"}}
    for key in ("options", "choices"):
        if key in made:
            made[key] = [without_localizations(inner) for inner in made[key]]
    return made
