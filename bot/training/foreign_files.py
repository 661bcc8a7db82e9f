"""Recognise files that are no text to learn from, by how they start, and say what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable

LOOKED_AT = 2**16
"""So many characters of a file's start are enough to recognise it by."""
LEARN_ANYWAY = "--format text learns it as it stands"

_TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|body|br|center|code|dd|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html"
    r"|i|img|input|li|link|main|meta|nav|ol|p|pre|script|section|span|strong|style|table|tbody|td|th|title|tr|u|ul)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_FEWEST_TAGS, _SHARE_OF_TAGS = 10, 0.15
_TIME = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?"
_LOG_LINE = re.compile(
    rf"\u200e?\[?(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}},?[ T])?{_TIME}\]?(?: -)? "
    r"(?:<[^>\n]{1,40}>|[^:\n]{1,40}:) "
)
"""`12/31/23, 10:15 PM - Ann: hello`, `[31.12.23, 22:15:09] Ann: hello`, `[22:15] <ann> hello`."""
_MAIL_HEADER = re.compile(
    r"(?:return-path|received|delivered-to|from|to|cc|subject|date|message-id|mime-version|content-type|reply-to"
    r"|content-transfer-encoding|x-[\w-]+|dkim-signature|authentication-results|in-reply-to|references|sender): ",
    re.IGNORECASE,
)
_FEWEST_HEADERS = 3

_HTML = re.compile(
    r"(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_JSON_TEXT = re.compile(r'\[\s*\{\s*"|\[\s*"[^"\n]*"\s*(?:,|\]\s*$)|\{\s*"guild"\s*:')
_SUBTITLES = re.compile(
    r"\d+[ \t]*\n\d{1,2}:\d\d:\d\d[,.]\d{1,3} --> "  # SubRip
    r"|WEBVTT\b"
    r"|\[Script Info\]"  # SubStation Alpha
    r"|\{\d+\}\{\d+\}"  # MicroDVD
    r"|\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}\n"  # YouTube's
    r"|<sami>|(?:\[[a-z]+:[^\]\n]*\]\s*)*\[\d\d:\d\d\.\d\d\]",  # SAMI, lyrics
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"(?:(?:var|let|const) )?(?:window\.)?[A-Za-z_$][\w$.]*\s*=\s*[\[{]\s*(?:[\[{\"]|\]|\})")


def _is_markup(start: str) -> bool:
    if _HTML.match(start):
        return True
    tags, lines = _TAG.findall(start), start.split("\n")
    return len(tags) >= _FEWEST_TAGS and (
        sum(map(len, tags)) >= _SHARE_OF_TAGS * len(start)
        or sum(bool(_TAG.search(line)) for line in lines) > len(lines) / 2
    )


def _is_mail(start: str) -> bool:
    lines = start.partition("\n\n")[0].splitlines()
    if lines and re.match(r"From \S+ .*\d{4}", lines[0]):
        del lines[0]  # what parts the messages of a box
    headers = 0
    for line in lines:
        if line.startswith((" ", "\t")):  # a header goes on
            continue
        if not re.match(r"[\w-]+: ?", line):
            return False
        headers += bool(_MAIL_HEADER.match(line))
    return headers >= _FEWEST_HEADERS


def _is_log(start: str) -> bool:
    lines = [line for line in start.splitlines()[:200] if line.strip()]
    return len(lines) >= 3 and sum(bool(_LOG_LINE.match(line)) for line in lines) > len(lines) / 2


_KINDS: tuple[tuple[str, Callable[[str], object]], ...] = (
    (
        "is DiscordChatExporter's HTML, names and layout included: export again with -f Json",
        lambda start: _is_markup(start) and "chatlog__" in start,
    ),
    (
        "is Telegram's HTML, names and layout included: export again as machine-readable JSON",
        lambda start: _is_markup(start) and 'class="page_wrap"' in start,
    ),
    ("is HTML: save the page's text as a text file (in a browser: Save as, text)", _is_markup),
    ("is RTF, with its layout in between: save the document as plain text", re.compile(r"\{\\rtf").match),
    ("is a file of subtitles, with times in between: grep -vE '^[0-9]*.?$|-->' FILE > NEW", _SUBTITLES.match),
    ("is XML: take the texts out of it, one item a line", re.compile(r"<\?xml\b").match),
    (
        "is JavaScript, as in Twitter's archive: sed '1s/^[^=]*= *//' FILE > NEW.json, then --column tweet.full_text",
        _SCRIPT.match,
    ),
    (
        "is DiscordChatExporter's TXT, which has names and times in between: export again with -f Json",
        re.compile(r"=+\n(?:Guild|Server): .*\n(?:Channel|Topic): ").match,
    ),
    ("is mail, with headers and other people's words: take the texts alone, one item a line", _is_mail),
    (
        r"is a log of a chat, with names: sed -E 's/^(\[[^]]*\]|[^-<]* -|[0-9:. ]*) *(<[^>]*>|[^:]*:) //' FILE > NEW",
        _is_log,
    ),
)


def recognise(start: str, *, as_text: bool) -> str | None:
    """Return what a file is that starts with `start`, and what to do instead; None if it may be learned from.

    Args:
        start: the first characters, `LOOKED_AT` or more if the file has them.
        as_text: whether each line is to be an item.
    """
    start = start[:LOOKED_AT].lstrip()
    found = next((what for what, is_such in _KINDS if is_such(start)), None)
    if found is None and as_text and _JSON_TEXT.match(start):
        found = "is JSON: name it .json, or give --format json"
    return found and f"{found} ({LEARN_ANYWAY})"
