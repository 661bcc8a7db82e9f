"""Read text in Discord's formatting as people see it: without marks, with names where there are ids.

Single stars and underscores stay, which people often mean as they stand.

Source: https://docs.discord.com/developers/reference#message-formatting
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

Name = Callable[[str, int], str]
"""Returns what people see for a mention, by its kind (`@`, `@&` or `#`) and its id."""

_TOKEN = re.compile(
    r"""
      \\(?P<escaped>[!-/:-@\[-`{-~])
    | ```(?:[\w+.\#-]*\n)?(?P<block>.+?)```
    | (?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
    | (?P<spoiler>\|\|.+?\|\|)
    | <a?:(?P<emoji>\w{1,50}):\d{1,20}>
    | <t:(?P<moment>-?\d{1,13})(?::(?P<style>[tTdDfFsSR]))?>
    | </(?P<command>[^<>:|]{1,100}):\d{1,20}>
    | <id:(?P<place>customize|browse|guide|linked-roles)(?::\d{1,20})?>
    | <(?P<kind>@&|@|\#)!?(?P<id>\d{1,20})>
    | <(?P<address>https?://[^\s<>]{1,2000}|[\w.+-]{1,100}@[\w.-]{1,100}|\+\d[\d ()-]{1,30})>
    | \[(?P<label>[^\[\]\n]{1,500})\]\(<?https?://[^\s()<>]{1,2000}>?(?:[ ]"[^"\n]{0,200}")?\)
    | (?P<mark>\*\*\*|___|\*\*|__|~~)(?P<marked>.+?)(?P=mark)
    | ^(?P<quote>[ ]*>>>[ ].+\Z|[ ]*>[ ][^\n]*(?:\n[ ]*>[ ][^\n]*)*)
    | ^[ ]*(?:\#{1,3}[ ]|-\#[ ])+      # a heading, small print
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_QUOTED = re.compile(r"^(?: *(?:>>>|>) )+", re.MULTILINE)
"""All marks of quotes before a line at once, however many: none is left for another round."""
_PLACES = {
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "linked-roles": "Linked Roles",
}
"""Places of a server that have no channel, by the names that Discord's apps show for them."""
_STYLES = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%d %B %Y", "F": "%A, %d %B %Y %H:%M"}
_USUAL_STYLE = "%d %B %Y %H:%M"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class SpoilerError(ValueError):
    """A text with a part that people see only if they choose to."""


def as_seen(text: str, name: Name) -> str:
    """Return a text in Discord's formatting as people see it.

    Args:
        text: as the API has it.
        name: says what people see for a mention.

    Raises:
        SpoilerError: a part of it is hidden.
    """
    return _TOKEN.sub(lambda token: _show(token, name), text)


def _show(token: re.Match[str], name: Name) -> str:
    """Return what people see of one mark, code, mention, emoji, moment or link."""
    if token["spoiler"]:
        raise SpoilerError("a part of the text is hidden")
    if token["kind"]:
        return name(token["kind"], int(token["id"]))
    if token["moment"]:
        return _show_moment(int(token["moment"]), token["style"]) or token[0]
    if token["quote"]:
        return as_seen(_QUOTED.sub("", token["quote"]), name)
    formatted = token["label"] or token["marked"]
    if formatted:
        return as_seen(formatted, name)
    return _show_plainly(token)


def _show_plainly(token: re.Match[str]) -> str:
    """Return what people see of something in which nothing is formatted."""
    if token["block"]:
        return token["block"].strip("\n")
    if token["code"]:
        return _without_padding(token["code"])
    if token["emoji"]:
        return f":{token['emoji']}:"
    if token["command"]:
        return f"/{token['command']}"
    if token["place"]:
        return _PLACES[token["place"]]
    return token["escaped"] or token["address"] or ""


def _without_padding(code: str) -> str:
    """Return code without the blanks by which it may begin or end with a backtick."""
    padded = code.strip() and code[0] == code[-1] == " "
    return code[1:-1] if padded and ("`" in (code[1], code[-2])) else code


def _show_moment(seconds: int, style: str | None) -> str:
    """Return a moment in UTC, where people see it by their own clock; nothing if no calendar has it."""
    try:
        return (_EPOCH + dt.timedelta(seconds=seconds)).strftime(_STYLES.get(style or "", _USUAL_STYLE))
    except (OverflowError, ValueError):
        return ""
