"""Read a typed line such as `/generate seed: It was top_n: 5` as Discord's own input box would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.wire.command_rules import BOOLEAN, CHAT_INPUT, GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from playground.wire.records import Json

SHOWN_CHARACTERS = 40
"""How much of a wrong value a message repeats."""


class CommandLineError(ValueError):
    """A line that cannot be sent; the message says to its author what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command with its values, of the types that were registered."""

    name: str
    options: dict[str, Any]


def parse(line: str, commands: Iterable[Json]) -> TypedCommand:
    """Return the command that a line asks for.

    An option's value runs until the next name of an option with a colon, or to the end of the line.

    Args:
        line: what was typed, from the slash on.
        commands: as registered.

    Raises:
        CommandLineError: it does not parse, or a value is not allowed.
    """
    known = {name: command.get("options") or [] for name, command in flattened(commands)}
    words = line.removeprefix("/").split()
    name = next((" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in known), None)
    if name is None:
        names = ", ".join(f"/{other}" for other in known) or "none yet"
        raise CommandLineError(f"There is no command /{_short(words[0]) if words else ''}. There are: {names}.")
    rest = re.sub(r"^\s*" + r"\s+".join(map(re.escape, name.split())), "", line.removeprefix("/"))
    options = {option["name"]: option for option in known[name]}
    given = _split(rest, name, options)
    for option in known[name]:
        if option.get("required") and option["name"] not in given:
            raise CommandLineError(f"/{name} needs the option {option['name']}: {option['description']}")
    return TypedCommand(name, {key: _value(options[key], text) for key, text in given.items()})


def usage(commands: Iterable[Json]) -> str:
    """Return the commands and their options, a line each."""
    lines = ["Type a command. There are:"]
    for name, command in flattened(commands):
        lines.append(f"  /{name}")
        options = command.get("options") or []
        lines += [f"    {option['name']}: {option['description']}{rule(option)}" for option in options]
    return "\n".join(lines) + "\n"


def values(options: Iterable[Json], texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed into single options, as values of the types that were registered.

    Args:
        options: those of a command.
        texts: what was typed, by the names of the options; one without any text counts as left out.

    Returns:
        The values, and for each option that has none it could be sent with, what is wrong; by the names.
    """
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for option in options:
        name, text = option["name"], texts.get(option["name"], "")
        if option["type"] != STRING:
            text = text.strip()
        try:
            if text:
                found[name] = _value(option, text)
            elif option.get("required"):
                wrong[name] = f"{name} is needed: {option['description']}{rule(option)}"
        except CommandLineError as error:
            wrong[name] = str(error)
    return found, wrong


def flattened(commands: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    """Names with what takes the options; of groups, their subcommands in place of them."""
    for command in commands:
        if command.get("type", CHAT_INPUT) == CHAT_INPUT:
            yield from _subcommands(command)


def _subcommands(command: Json) -> Iterator[tuple[str, Json]]:
    inner = [option for option in command.get("options") or [] if option["type"] in {SUBCOMMAND, GROUP}]
    if not inner:
        yield command["name"], command
    for option in inner:
        yield from ((f"{command['name']} {name}", part) for name, part in _subcommands(option))


def _split(rest: str, name: str, options: dict[str, Json]) -> dict[str, str]:
    allowed = f"Its options: {', '.join(options)}." if options else "It has no options."
    names = "|".join(map(re.escape, sorted(options, key=len, reverse=True)))
    marks = list(re.finditer(rf"(?:^|(?<=\s))({names}):", rest)) if options else []
    before = rest[: marks[0].start()].strip() if marks else rest.strip()
    if before:
        unknown = re.match(r"([-\w]+):", before)
        if unknown:
            raise CommandLineError(f"/{name} has no option {_short(unknown[1])!r}. {allowed}")
        raise CommandLineError(f"Before {_short(before)!r} the name of an option is missing. {allowed}")
    given: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(rest)]
    for mark, end in zip(marks, ends, strict=False):  # without any marks there is an end nevertheless
        if mark[1] in given:
            raise CommandLineError(f"{mark[1]} is given twice.")
        given[mark[1]] = rest[mark.end() : end].strip()
    return given


def _value(option: Json, text: str) -> str | int | float | bool:
    name, kind = option["name"], option["type"]
    if not text:
        raise CommandLineError(f"{name} has no value.{rule(option)}")
    if option.get("choices"):
        return _choice(option, text)
    if kind == STRING:
        _check_range(option, len(text), "length", f"{name} has {len(text)} characters")
        return text
    if kind == BOOLEAN:
        if text.casefold() not in {"true", "false"}:
            raise CommandLineError(f"{name}: {_short(text)!r} is neither true nor false.")
        return text.casefold() == "true"
    if kind in {INTEGER, NUMBER}:
        number = _number(option, text)
        _check_range(option, number, "value", f"{name}: {_short(text)} is out of range")
        return number
    raise CommandLineError(f"{name} cannot be typed here: only text, numbers, true and false can.")


def _number(option: Json, text: str) -> int | float:
    whole = option["type"] == INTEGER
    pattern = r"[-+]?\d{1,16}" if whole else r"[-+]?\d{1,16}(\.\d{1,16})?"
    if not re.fullmatch(pattern, text, re.ASCII):
        kind = "a whole number" if whole else "a number"
        raise CommandLineError(f"{option['name']}: {_short(text)!r} is not {kind}.{rule(option)}")
    return int(text) if whole else float(text)


def _choice(option: Json, text: str) -> str | int | float:
    for choice in option["choices"]:
        if text in {choice["name"], str(choice["value"])}:
            value: str | int | float = choice["value"]
            return value
    names = ", ".join(choice["name"] for choice in option["choices"])
    raise CommandLineError(f"{option['name']}: {_short(text)!r} is not allowed. There are: {names}.")


def _check_range(option: Json, value: float, what: str, complaint: str) -> None:
    least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
    if (least is not None and value < least) or (most is not None and value > most):
        raise CommandLineError(f"{complaint}.{rule(option)}")


def rule(option: Json) -> str:
    """Return what is allowed, in brackets, for the end of a line; nothing if nothing is said."""
    what, unit = ("length", " characters") if option["type"] == STRING else ("value", "")
    least, most = option.get(f"min_{what}"), option.get(f"max_{what}")
    if least is not None and most is not None:
        return f" ({least} to {most}{unit})"
    if least is not None:
        return f" ({least} or more{unit})"
    if most is not None:
        return f" ({most} or fewer{unit})" if unit else f" ({most} or less)"
    return " (true or false)" if option["type"] == BOOLEAN else ""


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
