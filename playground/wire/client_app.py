"""Build what a person's Discord app sends when they use a command, a button or a form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from playground.wire import payloads
from playground.wire.command_rules import CHAT_INPUT, GROUP, SUBCOMMAND
from playground.wire.command_rules import USER as USER_OPTION
from playground.wire.component_rules import (
    BOX,
    BOXES,
    BUTTON,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT_INPUT,
    completed,
    walk,
)
from playground.wire.exchange import Exchange
from playground.wire.mentions import USER_MENTION
from playground.wire.records import Json, Message, PlaceKind, User
from playground.wire.world import World

_CONTEXTS: dict[PlaceKind, int] = {"guild": 0, "dm": 1, "user-install": 2, "elsewhere": 0}
USER_INSTALL = 1


def offered(world: World, where: PlaceKind, person: User) -> list[Json]:
    """Return the commands that Discord offers a person in such a place, those of the server itself first."""
    guild = world.guild_at(where) if where == "guild" else None
    commands = [*(world.commands.get(guild.id, []) if guild else []), *world.commands[0]]
    return [
        command
        for command in commands
        if _is_offered(command, where)
        and (guild is None or _may_use(command, person) or command["name"] in world.shown)
    ]


def _may_use(command: Json, person: User) -> bool:
    """Return whether a person has the permissions that a command asks for; one that asks for none is the owner's."""
    wanted = command.get("default_member_permissions")
    return wanted is None or (int(wanted) > 0 and not int(wanted) & ~int(payloads.permissions(person)))


def _is_offered(command: Json, where: PlaceKind) -> bool:
    contexts, installs = command.get("contexts"), command.get("integration_types") or [0]
    foreign = where in {"user-install", "elsewhere"}
    if foreign and USER_INSTALL not in installs:
        return False
    if contexts is None:
        return where != "dm" or bool(command.get("dm_permission", True))
    return _CONTEXTS[where] in contexts


def command_data(
    world: World, name: str, options: Mapping[str, Any], where: PlaceKind, person: User, focused: str = ""
) -> Json:
    """Return the `data` of a slash command; `name` has its group and subcommand after it, with blanks between.

    Raises:
        ValueError: no such command is offered there, or it has no such option.
    """
    first, *path = name.split()
    command = find(world, first, CHAT_INPUT, where, person)
    level, wrap = command, []
    for step in path:
        inner = next((o for o in level.get("options", []) if o["name"] == step and o["type"] in {1, 2}), None)
        if inner is None:
            raise ValueError(f"/{name} is not a registered command.")
        level = inner
        wrap.append({"name": step, "type": inner["type"]})
    known = {option["name"]: option for option in level.get("options", [])}
    values, resolved = [], {}
    for option, value in options.items():
        if option not in known or known[option]["type"] in {SUBCOMMAND, GROUP}:
            raise ValueError(f"/{name} has no option {option!r}.")
        entry = {"name": option, "type": known[option]["type"], "value": value}
        if entry["type"] == USER_OPTION:
            chosen = world.person(value)
            entry["value"] = str(chosen.id)
            resolved[str(chosen.id)] = payloads.user(chosen)
        values.append({**entry, "focused": True} if option == focused else entry)
    for step in reversed(wrap):
        values = [{**step, "options": values}]
    extra: Json = {"resolved": {"users": resolved}} if resolved else {}
    return _head(command) | {"options": values} | extra


def find(world: World, name: str, kind: int, where: PlaceKind, person: User) -> Json:
    """Return a command that is offered to a person in such a place.

    Raises:
        ValueError: there is none.
    """
    for command in offered(world, where, person):
        if (command["name"], command["type"]) == (name, kind):
            return command
    raise ValueError(f"No command {name!r} is offered there.")


def message_command_data(world: World, name: str, message: Message, person: User) -> Json:
    """Return the `data` of a command from a message's context menu.

    Raises:
        ValueError: no such command is offered there.
    """
    command = find(world, name, 3, message.where, person)
    target = str(message.id)
    return _head(command) | {"target_id": target, "resolved": {"messages": {target: world.as_json(message)}}}


def with_mentions(world: World, text: str) -> str:
    """Return what a person typed with mentions as the API has them, for the names that their app knows."""
    known = {user.name.casefold(): user for user in (world.bot, *world.people.values())}
    names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    pattern = rf"(?<!\w)@({names})(?!\w)"
    return re.sub(pattern, lambda found: f"<@{known[found[1].casefold()].id}>", text, flags=re.IGNORECASE)


def with_names(world: World, text: str) -> str:
    """Undo `with_mentions`: return a text as a person's app shows it."""
    known = {str(user.id): user for user in (world.bot, *world.people.values())}
    return USER_MENTION.sub(lambda found: f"@{known[found[1]].name}" if found[1] in known else found[0], text)


def _head(command: Json) -> Json:
    head: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return head | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def component_data(message: Message, custom_id: str, values: list[str] | None) -> Json:
    """Return the `data` of a press on a button, or of a selection.

    Raises:
        ValueError: the message has no such component, or it is disabled.
    """
    for part in walk(message.components):
        if part.get("custom_id") == custom_id:
            if part.get("disabled"):
                raise ValueError(f"The component {custom_id!r} is disabled.")
            data: Json = {"custom_id": custom_id, "component_type": part["type"], "id": part.get("id", 0)}
            return data | ({"values": values or []} if part["type"] in SELECTS else {})
    raise ValueError(f"The message has no component {custom_id!r}.")


def buttons(message: Message) -> dict[str, str]:
    """Return the ids of a message's buttons, by their labels; those that are links have none.

    Of several with the same label, the second one has a 2 after it, and so on.
    """
    made: dict[str, str] = {}
    times: Counter[str] = Counter()
    for part in walk(message.components):
        if part["type"] == BUTTON and part.get("custom_id"):
            label = str(part.get("label") or "")
            times[label] += 1
            made[label if times[label] == 1 else f"{label} {times[label]}"] = str(part["custom_id"])
    return made


def custom_id_of(message: Message, label: str) -> str:
    """Return the id of the button that is labelled so.

    Raises:
        ValueError: the message has none.
    """
    there = buttons(message)
    if label not in there:
        raise ValueError(f"The message has no button {label!r}; it has {list(there)}.")
    return there[label]


def modal_data(modal: Json, values: Mapping[str, str | bool]) -> Json:
    """Return the `data` of a form that was filled in; fields without a value keep what they were shown with.

    Args:
        modal: the form as the bot described it.
        values: by the ids of the fields; of selects, boxes and radio buttons the value of what is chosen, of a box
            whether it is ticked.

    Raises:
        ValueError: the form has no such field.
    """
    fields = {part["custom_id"] for part in walk(modal["components"]) if part.get("custom_id")}
    unknown = set(values) - fields
    if unknown:
        raise ValueError(f"The form has no fields {sorted(unknown)}; it has {sorted(fields)}.")
    return {"custom_id": modal["custom_id"], "components": [_filled(p, values) for p in completed(modal["components"])]}


def _filled(part: Json, values: Mapping[str, str | bool]) -> Json:
    """Return what is sent for a part of a form."""
    made: Json = {"type": part["type"], "id": part["id"]}
    if part["type"] == LABEL:
        return made | {"component": _filled(part["component"], values)}
    if part["type"] == ROW:
        return made | {"components": [_filled(inner, values) for inner in part.get("components", [])]}
    if "custom_id" not in part:
        return made
    return made | {"custom_id": part["custom_id"]} | _entered(part, values.get(part["custom_id"]))


def _entered(part: Json, value: str | bool | None) -> Json:
    """Return what is entered into a field; None where it is left as it was shown."""
    if part["type"] == TEXT_INPUT:
        return {"value": (part.get("value") or "") if value is None else value}
    if part["type"] == BOX:
        return {"value": bool(part.get("default")) if value is None else value in {True, "true"}}
    chosen = shown_choices(part) if value is None else [value]
    if part["type"] == RADIO:
        return {"value": next(iter(chosen), None)}
    return {"values": chosen if part["type"] in {*SELECTS, BOXES} else []}


def shown_choices(part: Json) -> list[str]:
    """Return the values that are chosen where something to choose from is shown."""
    return [option["value"] for option in part.get("options") or [] if option.get("default")]


def interaction(world: World, exchange: Exchange) -> Json:
    """Return the whole interaction as it is dispatched."""
    user, guild = exchange.user, world.guild_at(exchange.where)
    owners = {"1": str(user.id)}
    if exchange.where in {"guild", "dm"}:
        owners = {"0": str(guild.id) if guild else "0"}
    payload: Json = {
        "id": str(exchange.id),
        "application_id": str(world.bot.id),
        "type": int(exchange.kind),
        "token": exchange.token,
        "version": 1,
        "data": exchange.data,
        "channel_id": str(exchange.channel_id),
        "channel": world.channel(exchange.channel_id),
        "app_permissions": payloads.SOMEBODYS_PERMISSIONS,
        "attachment_size_limit": world.limits.attachment_bytes,
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": owners,
        "context": _CONTEXTS[exchange.where],
    }
    if exchange.source:
        payload["message"] = world.as_json(exchange.source)
    if guild is None:
        return payload | {"user": payloads.user(user)}
    return payload | {
        "member": payloads.member(user),
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
    }
