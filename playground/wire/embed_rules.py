"""Check embeds as Discord does.

Source: https://docs.discord.com/developers/resources/message (embed object, embed limits)
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.wire.api_errors import Problem
from playground.wire.checks import (
    WEB,
    bad_flag,
    bad_length,
    bad_number,
    bad_time,
    bad_url,
    missing,
    no_object,
    no_objects,
    too_long,
    too_many,
)
from playground.wire.records import Json

EMBED_LIMIT, EMBED_TOTAL = 10, 6000
COLOURS = 0xFFFFFF
_PICTURE = (*WEB, "attachment")


def embeds_problems(embeds: list[Json]) -> Iterator[Problem]:
    """Yield what is wrong with the embeds of a message."""
    yield from too_many(embeds, EMBED_LIMIT, "embeds")
    for index, embed in enumerate(embeds):
        shape = [problem.under("embeds", index) for problem in _shape_problems(embed)]
        if shape:
            yield from shape
            return
        yield from (problem.under("embeds", index) for problem in _embed_problems(embed))
    if sum(map(embed_size, embeds)) > EMBED_TOTAL:
        text = f"Embed size exceeds maximum size of {EMBED_TOTAL}"
        yield Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", text)


def embed_size(embed: Json) -> int:
    """Return how many characters of an embed count towards the limit of all embeds together."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field.get(key) for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(text) for text in texts if isinstance(text, str))


def _shape_problems(embed: Json) -> Iterator[Problem]:
    for key in ("footer", "author", "image", "thumbnail", "video", "provider"):
        yield from no_object(embed.get(key), key)
    yield from no_objects(embed.get("fields"), "fields")


def _embed_problems(embed: Json) -> Iterator[Problem]:
    yield from too_long(embed.get("title"), 256, "title")
    yield from too_long(embed.get("description"), 4096, "description")
    yield from bad_url(embed.get("url"), WEB, "url")
    yield from bad_number(embed.get("color"), 0, COLOURS, "color")
    yield from bad_time(embed.get("timestamp"), "timestamp")
    yield from _part_problems(embed)
    fields = embed.get("fields") or []
    yield from too_many(fields, 25, "fields")
    for index, field in enumerate(fields):
        yield from bad_length(field.get("name"), 1, 256, "fields", index, "name")
        yield from bad_length(field.get("value"), 1, 1024, "fields", index, "value")
        yield from bad_flag(field.get("inline"), "fields", index, "inline")


def _part_problems(embed: Json) -> Iterator[Problem]:
    footer, author = embed.get("footer"), embed.get("author")
    if footer:
        if footer.get("text") is None:
            yield missing("footer", "text")
        yield from too_long(footer.get("text"), 2048, "footer", "text")
        yield from bad_url(footer.get("icon_url"), _PICTURE, "footer", "icon_url")
    if author:
        yield from bad_length(author.get("name"), 1, 256, "author", "name")
        yield from bad_url(author.get("url"), WEB, "author", "url")
        yield from bad_url(author.get("icon_url"), _PICTURE, "author", "icon_url")
    for key in ("image", "thumbnail"):
        picture = embed.get(key)
        if picture and picture.get("url") is None:
            yield missing(key, "url")
        yield from bad_url((picture or {}).get("url"), _PICTURE, key, "url")
