"""Clean an item: remove what cannot be seen, and links and mentions as asked; cut what is too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ZERO_WIDTH_JOINER = "\u200d"
INVISIBLE = {"Cc", "Cf", "Cs"}
"""Unicode's categories of control characters, format characters and halves of surrogate pairs, which JSON can spell."""

_ADDRESS = r"""(?xi:
    (?: \b(?:https?|ftp):// | \bwww\. | (?<![\w.@-]) (?:[a-z0-9-]{1,63}\.){1,8} [a-z]{2,24}/ )
    (?: \([^\s<>()]*\) | [^\s<>()] )*      # brackets in pairs: one that was opened before the address is not its own
    (?<![.,;:!?'"’”»\]*|])                 # nor is the punctuation behind it
)"""
_LINK = re.compile(rf"<{_ADDRESS}>|{_ADDRESS}")
_NAMED_LINK = re.compile(rf"\[([^\[\]]*)\]\(<?{_ADDRESS}>?\)")
_MENTION = re.compile(
    r"<(?:@[!&]?|\#)\d+>"  # <@1> a user, <@!1> a user as old clients wrote it, <@&1> a role, <#1> a channel
    r"|<a?:\w+:\d+>"  # a server's own emoji, still or animated
    r"|</[^<>:]{1,100}:\d+>"  # a command
    r"|(?<!\w)@\w(?:[\w.-]*\w)?"  # @name, and not the middle of an e-mail address
    r"|(?<!\w):\w{2,32}:"  # :emoji:, and not the middle of 10:30:45
)
_CHANNEL = re.compile(r"(?<!\w)#[^\W\d][\w-]*(?: \[voice\])?")


def remove_invisible(text: str) -> str:
    """Remove control, format and surrogate characters; white space and emoji's zero-width joiners stay."""
    if text.isprintable():
        return text
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(
        character
        for before, character, after in around
        if character.isspace()
        or unicodedata.category(character) not in INVISIBLE
        or (character == ZERO_WIDTH_JOINER and _joins_emoji(before, after))
    )


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


def remove_mentions(text: str) -> str:
    """Remove mentions of users, roles, channels and commands, and servers' own emoji.

    The notation is Discord's, https://docs.discord.com/developers/reference#message-formatting, and what is seen of
    it: `@name`, `:emoji:`.
    """
    return _MENTION.sub(" ", text) if any(mark in text for mark in "@<:") else text


def remove_names(text: str, names: Iterable[str]) -> str:
    """Remove `@` and one of `names`, which may hold blanks, and `#channel`."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?!\w)", " ", text)
    return _CHANNEL.sub(" ", text)


def cut_at_blank(text: str, longest: int) -> str:
    """Return at most the first `longest` characters of a text, up to its last blank there if it has one."""
    if len(text) <= longest:
        return text
    end = text.rfind(" ", 1, longest + 1)
    return text[: end if end > 0 else longest]
