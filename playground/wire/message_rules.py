"""Check messages, embeds, suggestions and forms as Discord does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from playground.wire.api_errors import ApiError, Problem, bad_length, too_long, too_many
from playground.wire.records import COMPONENTS_V2, File, Json, Message

CONTENT_LIMIT = 2000
EMBED_TOTAL = 6000
ROW, BUTTON, TEXT_INPUT, LABEL = 1, 2, 4, 18
SELECTS = {3, 5, 6, 7, 8}
LINK_STYLE = 5
CHOICE_LIMIT = 25


def message_problems(body: Json) -> list[Problem]:
    """Return what is wrong with the body of a new or edited message."""
    problems = too_long(body.get("content"), CONTENT_LIMIT, "content")
    problems += too_many(body.get("embeds"), 10, "embeds")
    embeds = body.get("embeds") or []
    for index, embed in enumerate(embeds):
        problems += [problem.under("embeds", index) for problem in _embed_problems(embed)]
    if sum(map(_embed_size, embeds)) > EMBED_TOTAL:
        problem = f"Embed size exceeds maximum size of {EMBED_TOTAL}"
        problems.append(Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", problem))
    components = body.get("components") or []
    if not (body.get("flags") or 0) & COMPONENTS_V2:
        problems += _row_problems(components)
    problems += [problem.under("components") for problem in _custom_id_problems(components)]
    return problems


def check_not_empty(message: Message) -> None:
    """Refuse a message with nothing in it.

    Raises:
        ApiError: there is nothing.
    """
    shown = any(_embed_size(embed) or embed.get("image") or embed.get("thumbnail") for embed in message.embeds)
    if not (message.content.strip() or shown or message.files or message.components):
        error = ApiError(400, 50006, "Cannot send an empty message")
        error.violations = ["request: Cannot send an empty message"]
        raise error


def check_files(files: dict[str, File], limit: int) -> None:
    """Refuse files that are too large.

    Raises:
        ApiError: one is.
    """
    large = [file.name for file in files.values() if len(file.content) > limit]
    if large:
        error = ApiError(413, 40005, "Request entity too large")
        error.violations = [f"files: {name} has more than {limit} bytes" for name in large]
        raise error


def _embed_problems(embed: Json) -> Iterator[Problem]:
    yield from too_long(embed.get("title"), 256, "title")
    yield from too_long(embed.get("description"), 4096, "description")
    yield from too_long((embed.get("footer") or {}).get("text"), 2048, "footer", "text")
    yield from too_long((embed.get("author") or {}).get("name"), 256, "author", "name")
    fields = embed.get("fields") or []
    yield from too_many(fields, 25, "fields")
    for index, field in enumerate(fields):
        yield from bad_length(field.get("name"), 1, 256, "fields", index, "name")
        yield from bad_length(field.get("value"), 1, 1024, "fields", index, "value")


def _embed_size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [field.get(key) for field in embed.get("fields") or [] for key in ("name", "value")]
    return sum(len(text) for text in texts if text)


def _row_problems(rows: list[Json]) -> Iterator[Problem]:
    yield from too_many(rows, 5, "components")
    for index, row in enumerate(rows):
        path = ("components", index)
        if row.get("type") != ROW:
            yield Problem((*path, "type"), "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
            continue
        inner = row.get("components") or []
        room = 1 if any(part.get("type") in SELECTS for part in inner) else 5
        if not 1 <= len(inner) <= room:
            message = f"Must be between 1 and {room} in length."
            yield Problem((*path, "components"), "BASE_TYPE_BAD_LENGTH", message)
        for place, part in enumerate(inner):
            yield from (p.under(*path, "components", place) for p in _part_problems(part))


def _part_problems(part: Json) -> Iterator[Problem]:
    if part.get("type") == BUTTON:
        yield from too_long(part.get("label"), 80, "label")
        if not (part.get("label") or part.get("emoji")):
            yield Problem((), "BUTTON_COMPONENT_BLANK", "A button must have a label or emoji")
        if part.get("style") == LINK_STYLE:
            yield from bad_length(part.get("url"), 1, 512, "url")
        elif "custom_id" not in part:
            yield from bad_length(None, 1, 100, "custom_id")
    elif part.get("type") in SELECTS:
        yield from too_many(part.get("options"), 25, "options")


def walk(components: Iterable[Json] | None) -> Iterator[Json]:
    """Every component of a message or form, those inside others too."""
    for part in components or []:
        yield part
        yield from walk(part.get("components"))
        yield from walk([inner for key in ("accessory", "component") if (inner := part.get(key))])


def _custom_id_problems(components: list[Json]) -> Iterator[Problem]:
    seen: set[str] = set()
    for part in walk(components):
        if "custom_id" not in part:
            continue
        yield from bad_length(part["custom_id"], 1, 100, "custom_id")
        if part["custom_id"] in seen:
            problem = f"Component custom id cannot be duplicated: {part['custom_id']}"
            yield Problem(("custom_id",), "COMPONENT_CUSTOM_ID_DUPLICATED", problem)
        seen.add(part["custom_id"])


def modal_problems(modal: Json) -> Iterator[Problem]:
    """Yield what is wrong with a form."""
    yield from bad_length(modal.get("title"), 1, 45, "title")
    yield from bad_length(modal.get("custom_id"), 1, 100, "custom_id")
    parts = modal.get("components") or []
    if not 1 <= len(parts) <= 5:
        yield Problem(("components",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, part in enumerate(parts):
        label = part.get("label") if part.get("type") == LABEL else None
        yield from too_long(label, 45, "components", index, "label")
    yield from (problem.under("components") for problem in _custom_id_problems(parts))
    for part in walk(parts):
        if part.get("type") == TEXT_INPUT:
            yield from _text_input_problems(part)


def _text_input_problems(part: Json) -> Iterator[Problem]:
    yield from too_long(part.get("label"), 45, "components", "label")
    yield from too_long(part.get("value"), 4000, "components", "value")
    least, most = part.get("min_length", 0), part.get("max_length", 4000)
    if not (0 <= least <= 4000 and 1 <= most <= 4000 and least <= most):
        yield Problem(("components", "max_length"), "NUMBER_TYPE_MAX", "min_length and max_length do not fit.")


def choice_problems(choices: list[Json] | None, option_type: int) -> Iterator[Problem]:
    """Yield what is wrong with choices, of a command or from autocomplete, for an option of this type."""
    yield from too_many(choices, CHOICE_LIMIT, "choices")
    names: set[str] = set()
    for index, choice in enumerate(choices or []):
        path = ("choices", index)
        name, value = choice.get("name"), choice.get("value")
        yield from bad_length(name, 1, 100, *path, "name")
        if name in names:
            yield Problem((*path, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE", "Duplicate name")
        names.add(str(name))
        if option_type == 3:
            yield from bad_length(value, 1, 100, *path, "value")
        elif isinstance(value, bool) or not isinstance(value, int if option_type == 4 else int | float):
            yield Problem((*path, "value"), "NUMBER_TYPE_COERCE", f"Value {value!r} does not fit the option's type.")
