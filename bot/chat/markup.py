"""Escape text of people and models among Discord's formatting, and read it back.

Each of these functions has an inverse: a message is all that is kept of a text, and its buttons read it back.
"""

from __future__ import annotations

import re

from bot.moderation.links import INVITE_DOT, split_links

GUARD = "\u200b"
"""Shows nothing, and keeps what is behind it: Discord trims white space at both ends of a text."""

_FORMATTING = re.compile(
    rf"""
      [\\*_~|`<>\[\]@\#:]       # bold, code, spoilers, quotes, links, mentions, timestamps, emoji, headings
    | ^[ \t]*[-+]                # a list, or small print, at the start of a line
    | (?<=\d)[.)](?=\s|$)       # a numbered list
    | {INVITE_DOT}
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_BOLD = re.compile(r"(?P<before>\s*)\*\*(?P<core>(?:[^*\\]|\\.)+)\*\*(?P<rest>.*)", re.DOTALL)
_NO_BIDI_CONTROLS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Deletes the characters with Unicode's property Bidi_Control, in `str.translate`."""
_BIDI_OPENERS = {
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u202d": "\u202c",
    "\u202e": "\u202c",
} | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


class MarkupError(ValueError):
    """A text that was not laid out here."""


def escape(text: str, *, keep_links: bool = False) -> str:
    """Escape everything that Discord would take for formatting, a link, a mention or an emoji.

    Args:
        text: of people or models.
        keep_links: whether links can be clicked; invites never can.
    """
    if keep_links:
        return "".join(piece if clickable else escape(piece) for piece, clickable in split_links(text))
    return _FORMATTING.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", text)


def unescape(text: str) -> str:
    """Undo `escape`."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def plain(shown: str) -> str:
    """Return what people see of a text that was laid out here, without its marks."""
    return re.sub(r"\\(.)|\*\*", r"\1", unguard(shown), flags=re.DOTALL)


def seed_and_text(seed: str, text: str, *, keep_links: bool = False) -> str:
    """Return a seed in bold, and what was written after it."""
    return f"{bold(seed, keep_links=keep_links)}{escape(text, keep_links=keep_links)}"


def bold(text: str, *, keep_links: bool = False) -> str:
    """Escape a text and set it in bold; white space around it stays outside, where the marks need it.

    The characters that end its changes of writing direction come after it, so that those do not reach what follows; a
    text that is `well_formed` has none, but messages of earlier versions do.
    """
    core = text.strip()
    if not core:
        return text
    before, after = text.split(core, 1)
    return f"{before}**{escape(core, keep_links=keep_links)}**{_close_bidi(core)}{after}"


def split_bold(shown: str, length: int) -> tuple[str, str]:
    """Undo `bold` at the start of a text.

    Args:
        shown: begins with what `bold` made.
        length: how many characters `bold` was given.

    Returns:
        What it was given, and what comes after it in `shown`, still escaped.

    Raises:
        MarkupError: `bold` cannot have made that.
    """
    found = _BOLD.match(shown)
    if found is None:
        return _cut(shown, length)
    core = unescape(found["core"])
    after, rest = _cut(found["rest"].removeprefix(_close_bidi(core)), length - len(found["before"]) - len(core))
    return f"{found['before']}{core}{after}", rest


def _cut(text: str, length: int) -> tuple[str, str]:
    white, rest = text[: max(length, 0)], text[max(length, 0) :]
    if len(white) != length or white.strip():
        raise MarkupError("that is not the length of the text in bold")
    return white, rest


def guard(text: str) -> str:
    """Keep invisible characters at either end of a text from being trimmed by Discord."""
    before, after = (GUARD if _invisible(end) else "" for end in (text[:1], text[-1:]))
    return f"{before}{text}{after}"


def unguard(text: str) -> str:
    """Undo `guard`."""
    return text.removeprefix(GUARD).removesuffix(GUARD)


def well_formed(text: str) -> str:
    """Return the text as it can be shown.

    Halves of surrogate pairs are joined, and `�` stands for those that lack the other. Characters that turn the
    writing direction are left out: people would read another text than the one that the word filter read.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(_NO_BIDI_CONTROLS)


def units(text: str) -> int:
    """Return the length in UTF-16 code units, the larger of the two ways to count that Discord's clients use."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """Return the text, or its beginning and an ellipsis, in at most `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _invisible(character: str) -> bool:
    return character == " " or not character.isprintable()


def _close_bidi(text: str) -> str:
    """Return the characters that end the changes of writing direction which `text` begins."""
    open_ones: list[str] = []
    for character in text:
        if character in _BIDI_OPENERS:
            open_ones.append(_BIDI_OPENERS[character])
        elif open_ones and character == open_ones[-1]:
            open_ones.pop()
    return "".join(reversed(open_ones))
