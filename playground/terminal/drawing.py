"""Draw a message for a terminal, roughly as Discord would show it."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass

from rich.box import SQUARE
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from playground.wire.client_app import buttons
from playground.wire.component_rules import BUTTON, CONTAINER, SECTION, TEXT
from playground.wire.records import File, Json, Message

PREVIEW_LINES = 40

_SMALL_PRINT = re.compile(r"^-# ", re.MULTILINE)
_ESCAPE_OR_BOLD = re.compile(r"\\([^\sA-Za-z0-9])|(\*\*)")


@dataclass(frozen=True, slots=True)
class Pen:
    """How to draw.

    Attributes:
        width: columns of the terminal.
        ansi: whether bold may be shown as such.
    """

    width: int = 80
    ansi: bool = False


def draw(message: Message, pen: Pen) -> str:
    """Return a message as lines of text, each with its line break."""
    console = Console(
        file=io.StringIO(),
        width=pen.width,
        force_terminal=pen.ansi,
        color_system="standard" if pen.ansi else None,
        legacy_windows=False,
    )
    name = clean(message.author.name)
    console.print(Text(f"{name} BOT" if message.author.bot else name, "bold"))
    if message.content:
        console.print(_marked(message.content))
    for embed in message.embeds:
        console.print(_box(embed))
    for file in message.files:
        console.print(Text("\n".join(_describe_file(file))), soft_wrap=True)
    names = {custom_id: label for label, custom_id in buttons(message).items()}
    for part in message.components:
        shown = _component(part, names)
        if shown:
            console.print(shown)
    if message.private:
        console.print(Text("(Only you can see this)"))
    assert isinstance(console.file, io.StringIO)  # noqa: S101 - the one from above
    return console.file.getvalue()


def clean(text: str) -> str:
    """Return the text without what would steer the terminal: control characters other than line breaks, as `�`."""
    text = text.replace("\t", "    ")
    return "".join("\ufffd" if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)


def size(count: int) -> str:
    """Return a number of bytes for people to read."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _box(embed: Json) -> Panel:
    parts: list[Text] = []
    if embed.get("title"):
        parts += [_marked(embed["title"]), Text()]
    if embed.get("description"):
        parts += [_marked(embed["description"]), Text()]
    for field in embed.get("fields") or []:
        parts += [_marked(f"**{field['name']}**"), _marked(field["value"]), Text()]
    footer = (embed.get("footer") or {}).get("text")
    if footer:
        parts += [Text(clean(footer), overflow="fold"), Text()]
    return Panel(Group(*parts[:-1]), box=SQUARE, expand=False)


def _component(part: Json, names: dict[str, str]) -> Panel | Group | Text | None:
    """Return a component as it is shown, None where it cannot be.

    Args:
        part: the component.
        names: the buttons' names, by their ids.
    """
    kind, inside = part.get("type"), part.get("components") or []
    if kind == TEXT:
        return _marked(_SMALL_PRINT.sub("", part["content"]))
    if kind == BUTTON:
        return Text(f"[{clean(names.get(part.get('custom_id', ''), str(part.get('label') or '')))}]")
    shown = [made for inner in inside if (made := _component(inner, names))]
    if kind == SECTION:
        beside = _component(part["accessory"], names)
        return Group(*shown, *([beside] if beside else []))
    if kind == CONTAINER:
        return Panel(Group(*_spaced(shown)), box=SQUARE, expand=False)
    return Text(" ").join(made for made in shown if isinstance(made, Text)) if shown else None


def _spaced(parts: list[Panel | Group | Text]) -> list[Panel | Group | Text]:
    """Return parts with an empty line between two of them."""
    return [part for index, shown in enumerate(parts) for part in ([Text(), shown] if index else [shown])]


def _describe_file(file: File) -> list[str]:
    lines = [f"[{clean(file.name)}, {size(len(file.content))}]"]
    try:
        text = file.content.decode()
    except UnicodeDecodeError:
        return lines
    content = clean(text).splitlines()
    lines += [f"  {line}" for line in content[:PREVIEW_LINES]]
    if len(content) > PREVIEW_LINES:
        lines.append(f"  … and {len(content) - PREVIEW_LINES} more lines")
    return lines


def _marked(text: str) -> Text:
    """Return a text with Discord's marks taken out and what they set in bold shown so."""
    text = clean(text)
    drawn, bold, start = Text(overflow="fold"), False, 0
    marks = list(_ESCAPE_OR_BOLD.finditer(text))
    for number, mark in enumerate(marks):
        drawn.append(text[start : mark.start()], "bold" if bold else "")
        start = mark.end()
        closes = any(later[2] for later in marks[number + 1 :])
        if mark[1]:
            drawn.append(mark[1], "bold" if bold else "")  # an escaped mark is only itself
        elif bold or closes:
            bold = not bold
        else:
            drawn.append("**")
    return drawn.append(text[start:], "bold" if bold else "")
