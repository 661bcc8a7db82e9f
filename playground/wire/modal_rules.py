"""Check forms as Discord does.

Source: https://docs.discord.com/developers/components/reference (label, text input and what else a form may hold)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playground.wire.api_errors import Problem
from playground.wire.checks import bad_count, bad_flag, bad_length, bad_number, missing, no_choice, too_long, unwanted
from playground.wire.component_rules import (
    BOX,
    BOXES,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT,
    TEXT_INPUT,
    UPLOAD,
    duplicates,
    options_problems,
    select_problems,
    shape_problems,
    text_problems,
    values_problems,
)
from playground.wire.records import Json

INPUT_LIMIT = 4000
_LABELLED = (TEXT_INPUT, *sorted(SELECTS), UPLOAD, RADIO, BOXES, BOX)


def modal_problems(modal: Json) -> Iterator[Problem]:
    """Yield what is wrong with a form."""
    yield from bad_length(modal.get("title"), 1, 45, "title")
    yield from bad_length(modal.get("custom_id"), 1, 100, "custom_id")
    shape = list(shape_problems(modal.get("components")))
    yield from (problem.under("components") for problem in shape)
    parts: list[Json] = [] if shape else modal.get("components") or []
    yield from bad_count(parts, 1, 5, "components")
    for index, part in enumerate(parts):
        yield from (problem.under("components", index) for problem in _part_problems(part))
    yield from (problem.under("components") for problem in duplicates(parts))


def _part_problems(part: Json) -> Iterator[Problem]:
    kind = part.get("type")
    if kind == LABEL:
        yield from _label_problems(part)
    elif kind == ROW:
        yield from _row_problems(part)
    elif kind == TEXT:
        yield from text_problems(part)
    else:
        yield _no_place((ROW, TEXT, LABEL))


def _no_place(allowed: tuple[int, ...]) -> Problem:
    return Problem(("type",), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {allowed}.')


def _label_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("label"), 1, 45, "label")
    yield from too_long(part.get("description"), 100, "description")
    inner = part.get("component")
    if inner is None:
        yield missing("component")
    elif inner.get("type") not in _LABELLED:
        yield _no_place(_LABELLED).under("component")
    else:
        if inner["type"] == TEXT_INPUT and inner.get("label") is not None:
            yield unwanted("component", "label")
        yield from (problem.under("component") for problem in _RULES[inner["type"]](inner))
        yield from (problem.under("component") for problem in _required_problems(inner))


def _required_problems(part: Json) -> Iterator[Problem]:
    """Yield what is wrong with whether something has to be filled in: of what has to be, none cannot be enough."""
    yield from bad_flag(part.get("required"), "required")
    if part.get("min_values") == 0 and part.get("required") is not False:
        yield Problem(("min_values",), "BASE_TYPE_MIN", "Where nothing need be chosen, required has to be false.")


def _row_problems(row: Json) -> Iterator[Problem]:
    """Yield what is wrong with the older way to put a text input into a form."""
    parts = row.get("components") or []
    yield from bad_count(parts, 1, 1, "components")
    for index, part in enumerate(parts):
        path = ("components", index)
        if part.get("type") != TEXT_INPUT:
            yield _no_place((TEXT_INPUT,)).under(*path)
            continue
        yield from bad_length(part.get("label"), 1, 45, *path, "label")
        yield from (problem.under(*path) for problem in _input_problems(part))


def _input_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from no_choice(part.get("style"), (1, 2), "style")
    yield from too_long(part.get("placeholder"), 100, "placeholder")
    least, most = part.get("min_length"), part.get("max_length")
    problems = bad_number(least, 0, INPUT_LIMIT, "min_length") + bad_number(most, 1, INPUT_LIMIT, "max_length")
    yield from problems
    most = INPUT_LIMIT if most is None or problems else most
    if not problems and (least or 0) > most:
        yield Problem(("max_length",), "NUMBER_TYPE_MAX", "min_length and max_length do not fit.")
    yield from too_long(part.get("value"), most, "value")


def _select_problems(part: Json) -> Iterator[Problem]:
    yield from select_problems(part)
    if part.get("disabled"):
        yield unwanted("disabled")


def _upload_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from values_problems(part, 10)


def _radio_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from options_problems(part, 2, 10)


def _boxes_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from options_problems(part, 1, 10)
    yield from bad_number(part.get("min_values"), 0, 10, "min_values")
    yield from bad_number(part.get("max_values"), 1, 10, "max_values")


def _box_problems(part: Json) -> Iterator[Problem]:
    yield from bad_length(part.get("custom_id"), 1, 100, "custom_id")
    yield from bad_flag(part.get("default"), "default")


_RULES: dict[int, Callable[[Json], Iterator[Problem]]] = {
    TEXT_INPUT: _input_problems,
    UPLOAD: _upload_problems,
    RADIO: _radio_problems,
    BOXES: _boxes_problems,
    BOX: _box_problems,
    **dict.fromkeys(SELECTS, _select_problems),
}
