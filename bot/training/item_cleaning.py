"""Clean an item: remove what cannot be seen, and links and mentions as asked; cut what is too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ZERO_WIDTH_JOINER = "\u200d"
_JOINERS = "\u200c\u200d\u180e"
"""What says whether letters join: the non-joiner and the joiner, and Mongolian's separator of vowels."""
_REPEATED_JOINER = re.compile(rf"([{_JOINERS}])\1+")
_SHOWN = {
    *map(chr, range(0x0600, 0x0606)),
    *"\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd",
    *map(chr, range(0x13430, 0x13440)),
}
"""Format characters that show: signs before numbers in Arabic, Syriac and Kaithi, and joiners of hieroglyphs.
https://www.unicode.org/reports/tr44/#Prepended_Concatenation_Mark"""
_END_OF_TAGS = "\U000e007f"
_LOOSE_TAGS = re.compile(
    rf"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{3,6}}{_END_OF_TAGS})|[\U000e0020-{_END_OF_TAGS}]"
)
"""The flag of a part of a country, which stays, https://www.unicode.org/reports/tr51/#Emoji_Tag_Sequences; or a tag
that belongs to none."""
INVISIBLE = {"Cc", "Cf", "Cs"}
"""Unicode's categories of control characters, format characters and halves of surrogate pairs, which JSON can spell."""

_ADDRESS = r"""(?xi:
    (?: \b(?:https?|ftp):// | \bwww\. | (?<![\w.@-]) (?:[a-z0-9-]{1,63}\.){1,8} [a-z]{2,24}/ )
    (?: \([^\s<>()]*\) | [^\s<>()] )*      # brackets in pairs: one that was opened before the address is not its own
    (?<![.,;:!?'"’”»\]*|])                 # nor is the punctuation behind it
)"""
_LINK = re.compile(rf"<{_ADDRESS}>|{_ADDRESS}")
_NAMED_LINK = re.compile(rf"\[([^\[\]]*)\]\(<?{_ADDRESS}>?\)")
_PICTURE = r"\u200d\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
"""Where most emoji are, for a class of characters: people and channels have them in their names."""
_MENTION = re.compile(
    r"<(?:@[!&]?|\#)\d+>"  # <@1> a user, <@!1> a user as old clients wrote it, <@&1> a role, <#1> a channel
    r"|<a?:\w+:\d+>"  # a server's own emoji, still or animated
    r"|</[^<>:]{1,100}:\d+>"  # a command
    r"|(?<!\w):\w{2,32}:"  # :emoji:, and not the middle of 10:30:45
)
_HANDLE = re.compile(rf"(?<!\w)@[\w{_PICTURE}](?:[\w.{_PICTURE}-]*[\w{_PICTURE}])?")
"""@name, and not the middle of an e-mail address."""

_NAME = r"[^\s@#,;:!?()\[\]<>\"]+"
_AT, _HASH = r"(?<![\w</])@", r"(?<![\w</&])#(?!\d+(?:\W|$))"
"""How a mention begins, and not the middle of an address; `#1` is a number."""
_CLOSED_MENTION = re.compile(
    rf"{_HASH}[^#@\n]{{1,100}}? \[voice\]"
    rf"|(?:{_AT}|{_HASH}){_NAME}(?=[ \t]*(?:$|[@#\n]))"
    rf"|(?:{_AT}{_NAME}|{_HASH}[^A-Z\s@#,;:!?()\[\]<>\"]+)(?=[,;:!?)\]\"](?:\s|$))"
)
"""A mention whose end can be told: by what stands behind it."""
_OPEN_MENTION = re.compile(rf"(?:{_AT}(?=[^\s@])|{_HASH}(?=[^\s#])).*")


def remove_invisible(text: str) -> str:
    """Remove what is not seen: control characters, surrogates, and format characters without effect.

    White space stays; so do format characters that show, joiners where letters or emoji need them, and flags' tags.
    """
    if text.isprintable():
        return text
    text = "".join(filter(_is_seen, text))
    text = _LOOSE_TAGS.sub(lambda match: match[1] or "", _REPEATED_JOINER.sub(r"\1", text))
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(each for before, each, after in around if each not in _JOINERS or _joins(before, each, after))


def _is_seen(character: str) -> bool:
    """Return whether a character may be seen, or say how others are: of joiners and tags their neighbours decide."""
    return (
        character.isspace()
        or unicodedata.category(character) not in INVISIBLE
        or character in _JOINERS
        or character in _SHOWN
        or "\U000e0020" <= character <= _END_OF_TAGS
    )


def _joins(before: str, joiner: str, after: str) -> bool:
    if joiner == ZERO_WIDTH_JOINER and _joins_emoji(before, after):
        return True
    if before.isascii() and after.isascii():  # no spelling of Latin letters has a joiner: it hides something
        return False
    # At a word's end a joiner shapes the letter before it, as in Malayalam and Persian.
    return _is_written(before) and (_is_written(after) or joiner == ZERO_WIDTH_JOINER)


def _is_written(character: str) -> bool:
    """Return whether a character is a letter, a mark or a number; no mark that chooses how an emoji is shown."""
    return unicodedata.category(character)[0] in "LMN" and character not in "\ufe0e\ufe0f"


def _joins_emoji(before: str, after: str) -> bool:
    # Behind a person may stand a skin tone (Sk) or U+FE0F, which asks for the coloured picture; arrows count as Sm.
    # https://www.unicode.org/reports/tr51/#Emoji_ZWJ_Sequences
    return (before == "\ufe0f" or unicodedata.category(before) in {"So", "Sk"}) and (
        unicodedata.category(after) in {"So", "Sm"}
    )


def join_lines(text: str) -> str:
    """Bring a text to Unicode's composed form (NFC), each run of white space to one blank, none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def remove_links(text: str) -> str:
    """Remove web addresses; of `[words](address)`, as Markdown writes links, the words stay."""
    if "/" not in text and "www." not in text.lower():  # most texts: the patterns take twenty times as long to say so
        return text
    return _LINK.sub(" ", _NAMED_LINK.sub(r"\1", text))


def remove_mentions(text: str, *, handles: bool = True) -> str:
    """Remove mentions of users, roles, channels and commands, and servers' own emoji.

    The notation is Discord's, https://docs.discord.com/developers/reference#message-formatting, and what is seen of
    it: `:emoji:` and, where `handles` says so, `@name`.
    """
    if not any(mark in text for mark in "@<:"):
        return text
    text = _MENTION.sub(" ", text)
    return _HANDLE.sub(" ", text) if handles else text


def remove_names(text: str, names: Iterable[str]) -> str:
    """Remove `@` and one of `names`, which may hold blanks."""
    for name in sorted(filter(None, names), key=len, reverse=True) if "@" in text else ():
        text = re.sub(rf"(?<!\w)@{re.escape(name)}(?!\w)", " ", text)
    return text


def cut_open_mentions(text: str) -> str:
    """Remove what is left of mentions that were written as people see them: `@role`, `#channel`.

    Roles and threads have names with blanks, so where one ends cannot be told unless punctuation or the end of the line
    follows. Where it cannot, the line is cut before it: half a name shall not stay.
    """
    if "@" not in text and "#" not in text:
        return text
    return _OPEN_MENTION.sub(" ", _CLOSED_MENTION.sub(" ", text))


def cut_at_blank(text: str, longest: int) -> str:
    """Return at most the first `longest` characters of a text, up to its last blank there if it has one."""
    if len(text) <= longest:
        return text
    end = text.rfind(" ", 1, longest + 1)
    return text[: end if end > 0 else longest]
