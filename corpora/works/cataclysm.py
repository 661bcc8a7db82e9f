"""Read the texts of the game Cataclysm: Dark Days Ahead: descriptions, dialogues, notes that were left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import ADDRESS, is_whole
from corpora.prose_text import list_files, paragraph_items, read_json
from corpora.source import Origin, Source

SHORTEST_TEXT = 30
"""In characters; shorter ones are names, answers like "No." and labels of buttons."""

_KEYS = frozenset(
    (
        *("description", "text", "dynamic_line", "yes", "no", "messages", "message", "msg", "sound", "info"),
        *("offer", "advice", "success", "accepted", "rejected", "describe", "inquire", "failure", "success_lie"),
        *("detailed_definition", "signage", "hostile_msg", "friendly_msg", "no_deactivate_msg", "activation_message"),
        *("mutagen_message", "apply_message", "done_message", "access_denied", "iv_message", "monster_message"),
    )
)
"""What the game shows to players in sentences."""
_FORMS_OF_A_TEXT = frozenset(("str", "str_sp"))
_STAND_INS = {
    "the_cataclysm": "the cataclysm",
    "zombies": "zombies",
    "zombie": "zombie",
    "name_g": "friend",
    "name_b": "fool",
    "given_name": "friend",
    "city": "the city",
    "monster": "monster",
    "really": "really",
    "very": "very",
    "shitty": "lousy",
    "dumb": "dumb",
    "okay": "okay",
    "punc": ".",
    "swear": "damn",
    "swear!": "Damn!",
}
"""What the game itself puts in for some of its marks."""
_STYLE = re.compile(r"</?(?:color|info|good|bad|neutral|header|bold|stat)[^<>]*>")
_MARK = re.compile(r"<([\w!]+)>")
_LEFT_OVER = re.compile(
    r"[<>{}|\\@_=^~#`]|%[\w.$]|\[|\]|[A-Z]{4,} [A-Z]{4,}|\W{5}|[^\s.,]{25}|\bpseudo\b|report this bug|[Dd]ebug"
)


def parse_cataclysm(path: Path) -> Iterator[str]:
    """Yield the texts in the JSON files below the folder `path`.

    Raises:
        ValueError: there is none, or one is no JSON.
    """
    files = [file for file in list_files(path, "**/*.json") if "TEST_DATA" not in file.parts]
    for data in read_json(files):
        for text in _texts(data, ""):
            yield from cataclysm_items(text)


def cataclysm_items(text: str) -> Iterator[str]:
    """Yield a text's paragraphs, without those that hold what only the game can fill in."""
    text = _MARK.sub(lambda mark: _STAND_INS.get(mark[1], mark[0]), _STYLE.sub("", text)).replace("*", "")
    for paragraph in text.split("\n"):
        for item in paragraph_items(paragraph):
            whole = len(item) >= SHORTEST_TEXT and is_whole(item)
            if whole and not _LEFT_OVER.search(item) and not ADDRESS.search(item):
                yield item


def _texts(data: object, key: str) -> Iterator[str]:
    """Yield what stands under one of `_KEYS`; a list belongs to the key before it, and so does a text's form."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, key if name in _FORMS_OF_A_TEXT else name)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value, key)
    elif isinstance(data, str) and key in _KEYS:
        yield data


CATACLYSM = Source(
    name="Cataclysm: Dark Days Ahead",
    origin=Origin.APT,
    package="cataclysm-dda-data",
    path="usr/share/games/cataclysm-dda",
    licence="CC BY-SA 3.0",
    parse=parse_cataclysm,
    notice="usr/share/doc/cataclysm-dda-data/copyright",
)
