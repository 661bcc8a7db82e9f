"""Check the components of messages as Discord does, those of its second version too.

Source: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator

from playground.wire.api_errors import Problem
from playground.wire.checks import (
    WEB,
    bad_count,
    bad_flag,
    bad_id,
    bad_length,
    bad_number,
    bad_url,
    missing,
    no_choice,
    no_object,
    no_objects,
    no_set,
    too_long,
    too_many,
    unwanted,
)
from playground.wire.embed_rules import COLOURS
from playground.wire.records import Json

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 1, 2, 3, 4, *range(9, 15)
CONTAINER, LABEL, UPLOAD, RADIO, BOXES, BOX = 17, 18, 19, 21, 22, 23
SELECTS = {3, 5, 6, 7, 8}
LINK_STYLE, PREMIUM_STYLE = 5, 6
_CHANNEL_SELECT = 8
_SUGGESTED = {5: ("user",), 6: ("role",), 7: ("user", "role"), _CHANNEL_SELECT: ("channel",)}
"""What a select may have chosen beforehand, by its kind."""
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)

TOTAL, TEXT_TOTAL = 40, 4000
_DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    SEPARATOR: {"divider": True, "spacing": 1},
    CONTAINER: {"accent_color": None, "spoiler": False},
}
_MEDIA = (*WEB, "attachment")
_IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)


def walk(components: Iterable[Json] | None) -> Iterator[Json]:
    """Every component of a message or form, those inside others too."""
    for part in components or []:
        yield part
        yield from walk(part.get("components"))
        yield from walk([inner for key in ("accessory", "component") if (inner := part.get(key))])


def texts(components: Iterable[Json] | None) -> list[str]:
    """Return the texts that the components of a message show."""
    return [str(part.get("content") or "") for part in walk(components) if part.get("type") == TEXT]


def completed(components: list[Json]) -> list[Json]:
    """Return components as Discord keeps them: with their defaults, and those without an id counted from 1 on."""
    given = {part["id"] for part in walk(components) if part.get("id")}
    free = (number for number in itertools.count(1) if number not in given)
    return [_completed(part, free) for part in components]


def _completed(component: Json, free: Iterator[int]) -> Json:
    made: Json = {**_DEFAULTS.get(component.get("type", 0), {}), **component, "id": component.get("id") or next(free)}
    for key in ("component", "accessory"):
        if component.get(key):
            made[key] = _completed(component[key], free)
    if component.get("components"):
        made["components"] = [_completed(part, free) for part in component["components"]]
    return made


def shape_problems(components: object) -> Iterator[Problem]:
    """Yield what is no list of objects, where components, or those inside of them, have to be such."""
    problems = no_objects(components)
    yield from problems
    if problems or not isinstance(components, list):
        return
    for index, part in enumerate(components):
        yield from (problem.under(index, "components") for problem in shape_problems(part.get("components")))
        for key in ("accessory", "component"):
            inner = part.get(key)
            yield from no_object(inner, index, key)
            if isinstance(inner, dict):
                yield from (problem.under(index, key) for problem in shape_problems([inner]))


def components_problems(components: list[Json], *, second_version: bool) -> Iterator[Problem]:
    """Yield what is wrong with the components of a message, seen from the message.

    Args:
        components: those at the top, well formed.
        second_version: whether the message has the flag that allows more than rows.
    """
    if second_version:
        yield from _total_problems(components)
        yield from (problem.under("components") for problem in all_in(components, (*_IN_CONTAINER, CONTAINER)))
    else:
        yield from too_many(components, 5, "components")
        yield from (problem.under("components") for problem in all_in(components, (ROW,)))
    yield from (problem.under("components") for problem in duplicates(components))


def all_in(components: list[Json], allowed: Collection[int]) -> Iterator[Problem]:
    """Yield what is wrong with components of which only some kinds may stand where they are."""
    for index, part in enumerate(components):
        yield from (problem.under(index) for problem in _problems(part, allowed))


def duplicates(components: list[Json]) -> Iterator[Problem]:
    """Yield the ids that two components share, of either kind, and custom ids of a wrong length."""
    seen: set[object] = set()
    for part in walk(components):
        custom_id, number = part.get("custom_id"), part.get("id")
        if custom_id is not None and custom_id in seen:
            text = f"Component custom id cannot be duplicated: {custom_id}"
            yield Problem(("custom_id",), "COMPONENT_CUSTOM_ID_DUPLICATED", text)
        if number and number in seen:
            yield Problem(("id",), "COMPONENT_ID_DUPLICATED", f"Component id cannot be duplicated: {number}")
        seen |= {custom_id, number}


def _total_problems(components: list[Json]) -> Iterator[Problem]:
    parts = list(walk(components))
    if len(parts) > TOTAL:
        yield Problem(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS", f"Must be {TOTAL} or fewer in all.")
    if sum(len(part["content"]) for part in parts if isinstance(part.get("content"), str)) > TEXT_TOTAL:
        text = f"The texts of all components have more than {TEXT_TOTAL} characters"
        yield Problem(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)


def _problems(part: Json, allowed: Collection[int]) -> Iterator[Problem]:
    kind = part.get("type")
    if isinstance(kind, bool) or kind not in allowed:
        text = f'Value of field "type" must be one of {tuple(allowed)}.'
        yield Problem(("type",), "UNION_TYPE_CHOICES", text)
        return
    yield from bad_number(part.get("id"), 0, 2**31 - 1, "id")
    yield from (problem for key in ("disabled", "spoiler", "divider") for problem in bad_flag(part.get(key), key))
    yield from _RULES[kind](part) if kind in _RULES else ()


def _row_problems(row: Json) -> Iterator[Problem]:
    parts = row.get("components") or []
    has_select = any(part.get("type") in SELECTS for part in parts)
    yield from bad_count(parts, 1, 1 if has_select else 5, "components")
    allowed = tuple(sorted(SELECTS)) if has_select else (BUTTON,)
    yield from (problem.under("components") for problem in all_in(parts, allowed))


def _button_problems(part: Json) -> Iterator[Problem]:
    style, label = part.get("style"), part.get("label")
    yield from too_long(label, 80, "label")
    yield from _emoji_problems(part.get("emoji"))
    if style == PREMIUM_STYLE:
        yield from (unwanted(key) for key in ("label", "emoji", "url", "custom_id") if part.get(key) is not None)
        if part.get("sku_id") is None:
            yield missing("sku_id")
        return
    if not (label or part.get("emoji")):
        yield Problem((), "BUTTON_COMPONENT_BLANK", "A button must have a label or emoji")
    if style == LINK_STYLE:
        yield from bad_length(part.get("url"), 1, 512, "url")
        yield from bad_url(part.get("url"), (*WEB, "discord"), "url")
        yield from (unwanted("custom_id") for _ in range(part.get("custom_id") is not None))
    else:
        yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
        yield from (unwanted("url") for _ in range(part.get("url") is not None))
    yield from no_choice(style, range(1, 7), "style")


def _emoji_problems(emoji: object) -> Iterator[Problem]:
    problems = no_object(emoji, "emoji")
    yield from problems
    if isinstance(emoji, dict) and not (emoji.get("id") or emoji.get("name")):
        yield Problem(("emoji",), "COMPONENT_INVALID_EMOJI", "Invalid emoji")


def select_problems(part: Json) -> Iterator[Problem]:
    """Yield what is wrong with a select, in a message or a form."""
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from too_long(part.get("placeholder"), 150, "placeholder")
    yield from values_problems(part, 25)
    if part.get("type") == STRING_SELECT:
        yield from options_problems(part, 1, 25)
        return
    yield from _suggested_problems(part)
    if part.get("channel_types") is not None:
        kinds = CHANNEL_TYPES if part.get("type") == _CHANNEL_SELECT else ()
        yield from no_set(part["channel_types"], kinds, "channel_types")


def _suggested_problems(part: Json) -> Iterator[Problem]:
    """Yield what is wrong with the people, roles and channels that a select has chosen beforehand."""
    problems = no_objects(part.get("default_values"), "default_values")
    yield from problems
    suggested: list[Json] = [] if problems else part.get("default_values") or []
    yield from _chosen_problems(part, len(suggested), "default_values")
    for index, value in enumerate(suggested):
        yield from no_choice(value.get("type"), _SUGGESTED[part["type"]], "default_values", index, "type")
        yield from bad_id(value.get("id"), "default_values", index, "id")


def _chosen_problems(part: Json, chosen: int, key: str, usual: int = 1) -> Iterator[Problem]:
    """Yield a problem where more is chosen beforehand than may be; `usual` may where a part does not say how many."""
    most = usual if part.get("max_values") is None else part["max_values"]
    if isinstance(most, int) and chosen > most:
        yield Problem((key,), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", f"Must be {most} or fewer chosen beforehand.")


def values_problems(part: Json, most: int) -> Iterator[Problem]:
    """Yield what is wrong with the fewest and the most values that may be chosen."""
    least, largest = part.get("min_values"), part.get("max_values")
    problems = bad_number(least, 0, most, "min_values") + bad_number(largest, 1, most, "max_values")
    yield from problems
    if not problems and (1 if least is None else least) > (1 if largest is None else largest) and least:
        yield Problem(("min_values",), "BASE_TYPE_MAX", "The minimum is above the maximum.")


def options_problems(part: Json, least: int, most: int) -> Iterator[Problem]:
    """Yield what is wrong with the options that may be chosen."""
    problems = no_objects(part.get("options"), "options")
    yield from problems
    options: list[Json] = [] if problems else part.get("options") or []
    # There have to be as many as may be chosen.
    wanted = [number for key in ("min_values", "max_values") if isinstance(number := part.get(key), int)]
    yield from bad_count(options, min(max(least, *wanted, 0), most), most, "options")
    usual = len(options) if part.get("type") == BOXES else 1
    yield from _chosen_problems(part, sum(option.get("default") is True for option in options), "options", usual)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        yield from bad_length(option.get("label"), 1, 100, "options", index, "label")
        yield from bad_length(option.get("value"), 1, 100, "options", index, "value")
        yield from too_long(option.get("description"), 100, "options", index, "description")
        yield from bad_flag(option.get("default"), "options", index, "default")
        if option.get("value") in values[:index]:
            text = "The specified option value is already used"
            yield Problem(("options", index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)


def _section_problems(part: Json) -> Iterator[Problem]:
    texts, accessory = part.get("components") or [], part.get("accessory")
    yield from bad_count(texts, 1, 3, "components")
    yield from (problem.under("components") for problem in all_in(texts, (TEXT,)))
    if accessory is None:
        yield missing("accessory")
    else:
        yield from (problem.under("accessory") for problem in _problems(accessory, (BUTTON, THUMBNAIL)))


def _container_problems(part: Json) -> Iterator[Problem]:
    parts = part.get("components") or []
    yield from bad_count(parts, 1, TOTAL, "components")
    yield from bad_number(part.get("accent_color"), 0, COLOURS, "accent_color")
    yield from (problem.under("components") for problem in all_in(parts, _IN_CONTAINER))


def text_problems(part: Json) -> Iterator[Problem]:
    """Yield what is wrong with a component that shows text."""
    yield from bad_length(part.get("content"), 1, TEXT_TOTAL, "content")


def _medium_problems(part: Json, key: str = "media") -> Iterator[Problem]:
    """Yield what is wrong with something that shows a file, by its address under this key."""
    problems = no_object(part.get(key), key)
    yield from problems
    url = None if problems else (part.get(key) or {}).get("url")
    if url is None and not problems:
        yield missing(key, "url")
    yield from bad_url(url, ("attachment",) if key == "file" else _MEDIA, key, "url")
    yield from too_long(part.get("description"), 1024, "description")


def _gallery_problems(part: Json) -> Iterator[Problem]:
    problems = no_objects(part.get("items"), "items")
    yield from problems or bad_count(part.get("items"), 1, 10, "items")
    for index, item in enumerate([] if problems else part.get("items") or []):
        yield from (problem.under("items", index) for problem in _medium_problems(item))


def _separator_problems(part: Json) -> Iterator[Problem]:
    yield from bad_number(part.get("spacing"), 1, 2, "spacing")


_RULES: dict[int, Callable[[Json], Iterator[Problem]]] = {
    ROW: _row_problems,
    BUTTON: _button_problems,
    SECTION: _section_problems,
    TEXT: text_problems,
    THUMBNAIL: _medium_problems,
    GALLERY: _gallery_problems,
    FILE: lambda part: _medium_problems(part, "file"),
    SEPARATOR: _separator_problems,
    CONTAINER: _container_problems,
    **dict.fromkeys(SELECTS, select_problems),
}
