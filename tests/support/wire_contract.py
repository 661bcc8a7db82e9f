"""Check requests against Discord's published description of its API."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from playground.wire.records import RecordedRequest
from tests.support.paths import SHARED

_URI = "urn:discord"


class Contract:
    """Discord's OpenAPI description, ready to check bodies against.

    Args:
        path: the description as JSON.
    """

    def __init__(self, path: Path) -> None:
        self._document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._templates = sorted(map(_template, self._document["paths"]), key=lambda pair: pair[1].count("{"))
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    def problems(self, request: RecordedRequest) -> list[str]:
        """List what in a request's body the description does not allow; nothing if it does not know the route."""
        template = next((name for pattern, name in self._templates if pattern.fullmatch(request.path)), None)
        validator = self._validator(template, request.method.lower()) if template else None
        if validator is None:
            return []
        return [
            f"{request.method} {request.path}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in _errors(validator, _tolerated(request.body))
        ]

    def knows(self, request: RecordedRequest) -> bool:
        """Tell whether the description has a body for this method and path."""
        template = next((name for pattern, name in self._templates if pattern.fullmatch(request.path)), None)
        return template is not None and self._validator(template, request.method.lower()) is not None

    def _validator(self, template: str, method: str) -> Draft202012Validator | None:
        key = template, method
        if key not in self._validators:
            self._validators[key] = self._make(template, method)
        return self._validators[key]

    def _make(self, template: str, method: str) -> Draft202012Validator | None:
        body = self._document["paths"][template].get(method, {}).get("requestBody", {})
        if "application/json" not in body.get("content", {}):
            return None
        steps = ("paths", template, method, "requestBody", "content", "application/json", "schema")
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
                           for step in steps)  # fmt: skip
        return Draft202012Validator({"$ref": f"{_URI}#/{pointer}"}, registry=self._registry)


@cache
def read_contract() -> Contract | None:
    """Read Discord's description; None where it is missing."""
    path = SHARED / "discord-openapi.json"
    return Contract(path) if path.exists() else None


def _errors(validator: Draft202012Validator, body: Any) -> Iterator[Any]:
    for error in validator.iter_errors(body):
        yield best_match([error]) or error


def _template(path: str) -> tuple[re.Pattern[str], str]:
    """Return a pattern for the paths that a template in braces stands for, and the template."""
    parts = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts))), path


def _tolerated(body: Any) -> Any:
    """Mend the one known deviation of a body: a file's number goes out as a number, where a string is due."""
    mended = copy.deepcopy(body)
    if not isinstance(mended, dict):
        return mended
    holders = [mended, mended.get("data")]
    for holder in holders:
        for attachment in (holder.get("attachments") or []) if isinstance(holder, dict) else []:
            attachment["id"] = str(attachment["id"])
    return mended
