"""Describe what a person sees of a channel and of the wire, as JSON for the page."""

from __future__ import annotations

from typing import Any

from playground.command_input import flattened, rule
from playground.page import wire_log
from playground.wire import payloads
from playground.wire.client_app import offered, with_names
from playground.wire.command_rules import CHAT_INPUT
from playground.wire.component_rules import walk
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.records import File, Json, Message, PlaceKind, User
from playground.wire.world import World

MESSAGE_MENU = 3
LATEST = 200
"""How many messages of a channel are shown."""
PREVIEW_CHARACTERS = 4000
REPLY_CHARACTERS = 60
"""How much is shown of a message above a reply to it."""


def name_of(person: User) -> str:
    """Return the name that others see."""
    return str(payloads.user(person)["global_name"] or person.name)


def sees(person: User, message: Message) -> bool:
    """Return whether a person sees a message."""
    return not message.deleted and (not message.private or message.audience is person)


def messages(world: World, person: User, where: PlaceKind) -> list[Json]:
    """Return the latest messages of a channel that a person sees, oldest first."""
    channel = world.channel_at(where, person)
    seen = [m for m in world.messages.values() if m.channel_id == channel and sees(person, m)]
    exchanges = {exchange.id: exchange for exchange in world.exchanges.values()}
    latest = sorted(seen, key=lambda message: message.id)[-LATEST:]
    return [_message(world, message, exchanges.get(message.interaction_id or 0)) for message in latest]


def _message(world: World, message: Message, exchange: Exchange | None) -> Json:
    target = world.messages.get(message.replies_to or 0)
    return {
        "id": str(message.id),
        "author": name_of(message.author),
        "bot": message.author.bot,
        "at": message.created_at,
        "edited": message.edited_at is not None and not message.interaction_id,
        "cause": _cause(exchange) if exchange else _reply(world, target) if target else None,
        "content": with_names(world, message.content),
        "embeds": message.embeds,
        "files": [_file(file) for file in message.files],
        "components": message.components,
        "thinking": message.thinking,
        "private": message.private,
    }


def _cause(exchange: Exchange) -> Json:
    """Return what a person did that a message answers."""
    data = exchange.data
    made: Json = {"who": name_of(exchange.user), "did": "used", "what": f"/{data.get('name')}", "options": ""}
    if exchange.kind is InteractionKind.COMMAND and "target_id" in data:
        return made | {"did": "chose", "what": data["name"]}
    if exchange.kind is InteractionKind.COMMAND:
        path, options = _given(data)
        return made | {"what": " ".join([made["what"], *path]), "options": options}
    label = _label(exchange) or "a button"
    return made | {"did": "sent" if exchange.kind is InteractionKind.MODAL else "pressed", "what": label}


def _reply(world: World, target: Message) -> Json:
    """Return which message another one replies to, in the words of `_cause`."""
    said = with_names(world, target.content) or "a message"
    return {"who": name_of(target.author), "did": "wrote", "what": said[:REPLY_CHARACTERS], "options": ""}


def _given(data: Json) -> tuple[list[str], str]:
    """Return the names of groups and subcommands below a command, and its options as they would be typed."""
    path: list[str] = []
    options: list[Json] = data.get("options") or []
    while options and "options" in options[0]:
        path.append(options[0]["name"])
        options = options[0]["options"]
    return path, " ".join(f"{option['name']}: {_typed(option['value'])}" for option in options if "value" in option)


def _typed(value: Any) -> str:  # noqa: ANN401 - any option's value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _label(exchange: Exchange) -> str:
    """Return what is written on the button that was pressed, or whose form was sent."""
    parts = walk(exchange.source.components if exchange.source else [])
    found = (part for part in parts if part.get("custom_id") == exchange.data.get("custom_id"))
    return str(next(found, {}).get("label") or "")


def _file(file: File) -> Json:
    try:
        preview: str | None = file.content.decode()[:PREVIEW_CHARACTERS]
    except UnicodeDecodeError:
        preview = None
    return {"id": str(file.id), "name": file.name, "size": len(file.content), "preview": preview}


def commands(world: World, person: User, where: PlaceKind) -> Json:
    """Return the commands that a person is offered in a place: those to type, and those in the menu of a message."""
    there = offered(world, where, person)
    return {
        "slash": [_command(name, command) for name, command in flattened(there)],
        "menu": [command["name"] for command in there if command.get("type", CHAT_INPUT) == MESSAGE_MENU],
    }


def _command(name: str, command: Json) -> Json:
    options = [{**option, "rule": rule(option).strip()} for option in command.get("options") or []]
    return {"name": name, "description": command["description"], "options": options}


def traffic(world: World, person: User) -> list[Json]:
    """Return what went over the wire for a person's last interaction."""
    last = next((e for e in reversed(world.exchanges.values()) if e.user is person), None)
    return wire_log.steps(world, last) if last else []
