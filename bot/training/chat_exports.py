"""Take what people wrote out of messages that programs exported: DiscordChatExporter's and Telegram's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from bot.training.file_formats import FormatError, Table
from bot.training.item_cleaning import cut_open_mentions, remove_mentions, remove_names

PEOPLES_MESSAGES = {"Default", "Reply"}
"""The types of message that people write; the others tell that someone joined, pinned, called."""
BOTS, BOTS_ALONE = "by bots or webhooks", "by bots"
NOTICES = "that only announce (joins, pins and the like)"
FORWARDED = "forwarded"
_NO_DISCRIMINATORS = {"0000", "0", "", None}
"""A bot has a number behind its name, `Clyde#1234`; a webhook has none, and people have none any more."""
_ALWAYS_NAMES = ("everyone", "here", "Unknown", "deleted-role")

_NOTICE = re.compile(
    r"Added .{1,100} to the group\.|Added a recipient\.|Removed .{1,100} from the group\.|Removed a recipient\."
    r"|Left the group\.|Started a call that lasted [\d.,]+ minutes?\.|Changed the channel name(?:: .*|\.)"
    r"|Changed the channel icon\.|Pinned a message\.|Started a thread\.|Joined the server\."
)
"""What DiscordChatExporter writes in place of a message that only announces, where it does not say its type."""
_TABLE_COLUMNS = {"AuthorID", "Author", "Date", "Content"}
_ROWS_LOOKED_AT = 1000
_TAGGED = re.compile(r".*#\d{1,4}")


@dataclass
class MessageCounts:
    """How many messages exports had.

    Attributes:
        messages: all.
        left_out: those that were not taken, by the reason.
        webhooks: of them so many came through webhooks.
    """

    messages: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    webhooks: int = 0

    def describe(self) -> str:
        """Describe what was left out, in a line; empty if nothing was."""
        if not self.left_out:
            return ""
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.left_out.items())
        hint = " (--webhooks takes what came through webhooks, as PluralKit's)" if self.webhooks else ""
        return f"of {self.messages:,} messages {self.left_out.total():,} were left out: {reasons}{hint}"


def read_message(message: object, *, keep_mentions: bool, webhooks: bool, counts: MessageCounts) -> str | None:
    """Return the text of a message of an export in JSON; None if it is left out, which is counted.

    The formats are what DiscordChatExporter's `JsonMessageWriter` writes,
    https://github.com/Tyrrrz/DiscordChatExporter, and https://core.telegram.org/import-export.

    Raises:
        FormatError: it is no such message.
    """
    match message if isinstance(message, dict) else {}:
        case {"type": str(kind), "content": str(content), "author": dict(author)} as message:
            if reason := _find_discord_reason(message, kind, author, webhooks=webhooks):
                counts.webhooks += reason == BOTS and _is_webhook(author)
                counts.left_out[reason] += 1
                return None
            return content if keep_mentions else _remove_rendered(content, _mentioned_names(message))
        case {"type": str(kind), "text": str() | [*_] as text} as message:
            if reason := _find_telegram_reason(message, kind):
                counts.left_out[reason] += 1
                return None
            return _join_parts(text, keep_mentions=keep_mentions)
    raise FormatError("has no type, content and author")


def _find_discord_reason(message: dict[str, Any], kind: str, author: dict[str, Any], *, webhooks: bool) -> str:
    if author.get("isBot") and not (webhooks and _is_webhook(author)):
        return BOTS_ALONE if webhooks else BOTS
    if kind not in PEOPLES_MESSAGES:
        return NOTICES
    return FORWARDED if message.get("forwardedMessage") and not message["content"] else ""


def _is_webhook(author: dict[str, Any]) -> bool:
    return author.get("discriminator") in _NO_DISCRIMINATORS


def _mentioned_names(message: dict[str, Any]) -> Iterator[str]:
    users = message.get("mentions")
    for user in users if isinstance(users, list) else ():
        if isinstance(user, dict):
            yield from (name for key in ("nickname", "name") if isinstance(name := user.get(key), str))


def _remove_rendered(content: str, names: Iterator[str]) -> str:
    """Remove mentions that the export wrote as what people see: names, which may hold blanks."""
    return cut_open_mentions(remove_mentions(remove_names(content, [*names, *_ALWAYS_NAMES]), handles=False))


def _find_telegram_reason(message: dict[str, Any], kind: str) -> str:
    if kind != "message":
        return NOTICES
    if message.get("forwarded_from") or message.get("forwarded_from_id"):
        return FORWARDED
    return BOTS_ALONE if message.get("via_bot") else ""


def _join_parts(text: str | list[object], *, keep_mentions: bool) -> str:
    """Join a text that Telegram took apart: strings, and objects for what is a link, a mention or set in bold."""
    shown = []
    for part in [text] if isinstance(text, str) else text:
        match part:
            case str():
                shown.append(part)
            case {"type": "mention" | "mention_name"} if not keep_mentions:
                shown.append(" ")
            case {"text": str(piece)}:
                shown.append(piece)
            case _:
                raise FormatError("has a text that is neither text nor parts of one")
    return "".join(shown)


def is_message_table(table: Table) -> bool:
    """Return whether a table is what DiscordChatExporter writes as CSV, and its texts are to be read."""
    return set(table.columns) >= _TABLE_COLUMNS and table.column == "Content"


def read_message_table(table: Table, *, keep_mentions: bool, counts: MessageCounts) -> Iterator[str]:
    """Yield what people wrote in DiscordChatExporter's CSV, as far as it says so.

    It does not say who is a bot. But where most have no number behind their names, as people since 2023, who has one is
    a bot.
    """
    author, author_id = table.columns.index("Author"), table.columns.index("AuthorID")
    first = list(islice(table.rows, _ROWS_LOOKED_AT))
    has_number = {row[author_id]: bool(_TAGGED.fullmatch(row[author])) for row in first}
    people_have_none = sum(has_number.values()) <= len(has_number) / 2
    for row in chain(first, table.rows):
        counts.messages += 1
        content = row[table.index]
        if people_have_none and _TAGGED.fullmatch(row[author]):
            counts.left_out[BOTS_ALONE] += 1
        elif _NOTICE.fullmatch(content):
            counts.left_out[NOTICES] += 1
        else:
            yield content if keep_mentions else _remove_rendered(content, iter(()))
