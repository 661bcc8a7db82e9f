"""Define a server's own settings, and parse them from a row, which another version may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

Filtering = Literal["on", "off", "except-age-restricted"]
"""Where slurs, and what else the filter finds, are refused: everywhere, nowhere, or everywhere but
in age-restricted channels."""


class ServerSettings(BaseModel):
    """A server's own settings; None stands for the operator's value.

    Attributes:
        default_model: the model that writes when a person names no model.
        top_n: how many of the likeliest characters are kept, when a person names no number.
        allowed_models: the names of the models that may be asked for.
        max_length: the largest length that may be asked for, in characters.
        max_count: the largest number of completions that may be asked for.
        content_filter: where slurs, and what else the filter finds, are refused.
        keep_links: whether links can be clicked; invites never can.
        answer_mentions: whether messages that mention the bot are answered.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    default_model: Annotated[str, Field(min_length=1)] | None = None
    top_n: Annotated[int, Field(ge=1)] | None = None
    allowed_models: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    max_count: Annotated[int, Field(ge=1)] | None = None
    content_filter: Filtering | None = None
    keep_links: bool | None = None
    answer_mentions: bool | None = None


DEFAULTS = ServerSettings()
"""The settings of a server that has changed nothing."""


def parse_settings(text: str | None) -> tuple[ServerSettings, list[str]]:
    """Parse a row's text (None for no row) into settings and a list of problems; wrong values count as unset."""
    values = _parse_values(text)
    if values is None:
        return DEFAULTS, ["it is no JSON object"]
    if not values:
        return DEFAULTS, []
    try:
        return ServerSettings.model_validate(values), []
    except ValidationError as error:
        problems = {str(part["loc"][0]): part["msg"] for part in error.errors(include_url=False)}
    right = {name: value for name, value in values.items() if name not in problems}
    return ServerSettings.model_validate(right), [f"{name}: {message}" for name, message in problems.items()]


def revise_row(text: str | None, changes: Mapping[str, Any]) -> str | None:
    """Return a row's text with `changes` applied (None removes a value), or None if no value is left.

    Other values stay as they are, also those that this version does not know or understand.
    """
    values = {**(_parse_values(text) or {}), **changes}
    kept = {name: value for name, value in values.items() if value is not None}
    return json.dumps(kept, sort_keys=True) if kept else None


def _parse_values(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return {}
    try:
        values = from_json(text)
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
