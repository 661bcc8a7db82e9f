"""Draws a message for a terminal, roughly as Discord would show it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from playground.wire.message_rules import BUTTON, walk
from playground.wire.records import File, Json, Message

BOLD, PLAIN = "\x1b[1m", "\x1b[22m"
PREVIEW_LINES = 40

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
    lines = [_bold(f"{clean(message.author.name)} BOT" if message.author.bot else clean(message.author.name), pen)]
    lines += _wrapped(message.content, pen.width, pen) if message.content else []
    for embed in message.embeds:
        lines += _box(embed, pen)
    for file in message.files:
        lines += _file(file)
    labels = [clean(str(part.get("label") or "")) for part in walk(message.components) if part.get("type") == BUTTON]
    if labels:
        lines.append(" ".join(f"[{label}]" for label in labels))
    if message.private:
        lines.append("(Only you can see this)")
    return "\n".join(lines) + "\n"


def clean(text: str) -> str:
    """Return the text without what would steer the terminal: control characters other than line breaks, as `�`."""
    text = text.replace("\t", "    ")
    return "".join("\ufffd" if c != "\n" and unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)


def _box(embed: Json, pen: Pen) -> list[str]:
    inner = max(20, pen.width - 4)
    body: list[str] = []
    if embed.get("description"):
        body += _wrapped(embed["description"], inner, pen)
    for field in embed.get("fields") or []:
        body += ["", *_wrapped(f"**{field['name']}**", inner, pen), *_wrapped(field["value"], inner, pen)]
    footer = (embed.get("footer") or {}).get("text")
    if footer:
        body += ["", *_wrapped(footer, inner, pen, marked=False)]
    title = _wrapped(embed["title"], inner, pen) if embed.get("title") else []
    lines = [*title, *([""] if title and body else []), *body]
    width = max(map(_columns, lines), default=0)
    filled = [f"│ {line}{' ' * (width - _columns(line))} │" for line in lines]
    return [f"┌{'─' * (width + 2)}┐", *filled, f"└{'─' * (width + 2)}┘"]


def _file(file: File) -> list[str]:
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


def size(count: int) -> str:
    """Return a number of bytes for people to read."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def _wrapped(text: str, width: int, pen: Pen, *, marked: bool = True) -> list[str]:
    """Return the lines of a text, none wider than `width` columns, with its marks taken out and bold shown."""
    cells = list(_cells(clean(text))) if marked else [(character, False) for character in clean(text)]
    lines: list[str] = []
    line: list[tuple[str, bool]] = []
    for cell in [*cells, ("\n", False)]:
        if cell[0] == "\n":
            lines.append(_inked(line, pen))
            line = []
            continue
        line.append(cell)
        if _columns("".join(character for character, _ in line)) > width:
            kept, line = _broken(line)
            lines.append(_inked(kept, pen))
    return lines


def _broken(line: list[tuple[str, bool]]) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return a line that is one character too wide as two: at its last blank, or before that character."""
    blank = next((place for place in range(len(line) - 1, 0, -1) if line[place][0] == " "), 0)
    return (line[:blank], line[blank + 1 :]) if blank else (line[:-1], line[-1:])


def _cells(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character that is shown, and whether it is bold."""
    bold, place = False, 0
    marks = list(_ESCAPE_OR_BOLD.finditer(text))
    for number, mark in enumerate(marks):
        yield from ((character, bold) for character in text[place : mark.start()])
        place = mark.end()
        closes = any(later[2] for later in marks[number + 1 :])
        if mark[1]:
            yield mark[1], bold
        elif bold or closes:
            bold = not bold
        else:
            yield from (("*", bold), ("*", bold))
    yield from ((character, bold) for character in text[place:])


def _inked(line: list[tuple[str, bool]], pen: Pen) -> str:
    made, bold = [], False
    for character, wanted in line:
        if wanted != bold and pen.ansi:
            made.append(BOLD if wanted else PLAIN)
        bold = wanted
        made.append(character)
    return "".join(made) + (PLAIN if bold and pen.ansi else "")


def _bold(text: str, pen: Pen) -> str:
    return f"{BOLD}{text}{PLAIN}" if pen.ansi else text


def _columns(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    shown = text.replace(BOLD, "").replace(PLAIN, "")
    return sum(_width(character) for character in shown)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
