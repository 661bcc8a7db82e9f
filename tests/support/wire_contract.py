"""Check requests, their answers and events against Discord's published description of its API."""

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

from playground.wire.exchange import Exchange
from playground.wire.records import RecordedRequest
from playground.wire.server import WireServer
from tests.support.paths import ROOT

_URI = "urn:discord"
_JSON = ("content", "application/json", "schema")


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
        self._validators: dict[tuple[str, ...], Draft202012Validator | None] = {}

    def problems(self, request: RecordedRequest) -> list[str]:
        """List what in a request's body the description does not allow; nothing if it does not know the route."""
        validator = self._of_body(request)
        return _problems(f"{request.method} {request.path}", validator, _tolerated(request.body)) if validator else []

    def answer_problems(self, request: RecordedRequest) -> list[str]:
        """List what in the answer to a request the description does not allow; nothing for an error's answer."""
        name = f"{request.method} {request.path}: {request.status}"
        template = self._find(request)
        if template is None or not 200 <= request.status < 300:
            return []
        steps = ("paths", template, request.method.lower(), "responses", str(request.status))
        if self._at(steps) is None:
            return [f"{name} is no answer to that"]
        validator = self._validator((*steps, *_JSON))
        answer = json.loads(request.answer) if isinstance(request.answer, bytes) and request.answer else None
        if validator is None:
            return [] if answer is None else [f"{name} has no body"]
        return _problems(name, validator, answer)

    def event_problems(self, exchange: Exchange) -> list[str]:
        """List what in the messages that came with an interaction the description does not allow."""
        resolved = exchange.data.get("resolved", {}).get("messages", {}).values()
        messages = [*resolved, *([exchange.payload["message"]] if "message" in exchange.payload else [])]
        return [text for message in messages for text in self.message_problems(message)]

    def message_problems(self, message: Any) -> list[str]:
        """List what in a message the description does not allow."""
        return self.schema_problems("MessageResponse", _described(message))

    def schema_problems(self, schema: str, value: Any) -> list[str]:
        """List what in a value its schema of this name does not allow.

        Raises:
            KeyError: the description has no such schema.
        """
        validator = self._validator(("components", "schemas", schema))
        if validator is None:
            raise KeyError(schema)
        return _problems(schema, validator, value)

    def knows(self, request: RecordedRequest) -> bool:
        """Tell whether the description has a body for this method and path."""
        return self._of_body(request) is not None

    def _of_body(self, request: RecordedRequest) -> Draft202012Validator | None:
        template = self._find(request)
        if template is None:
            return None
        return self._validator(("paths", template, request.method.lower(), "requestBody", *_JSON))

    def _find(self, request: RecordedRequest) -> str | None:
        """Return the template of a request's path."""
        return next((name for pattern, name in self._templates if pattern.fullmatch(request.path)), None)

    def _at(self, steps: tuple[str, ...]) -> Any:
        part: Any = self._document
        for step in steps:
            part = part.get(step) if isinstance(part, dict) else None
        return part

    def _validator(self, steps: tuple[str, ...]) -> Draft202012Validator | None:
        if steps not in self._validators:
            pointer = "/".join(step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
                               for step in steps)  # fmt: skip
            made = Draft202012Validator({"$ref": f"{_URI}#/{pointer}"}, registry=self._registry)
            self._validators[steps] = None if self._at(steps) is None else made
        return self._validators[steps]


@cache
def read_contract() -> Contract:
    """Read the part of Discord's description that lies with the tests.

    Raises:
        FileNotFoundError: it is missing, without which nothing would be checked.
    """
    return Contract(ROOT / "tests/discord_api/openapi.json")


def wire_problems(server: WireServer) -> list[str]:
    """List what in all that a server was sent, answered and dispatched the description does not allow."""
    known = read_contract()
    problems = [
        text for request in server.requests for text in (*known.problems(request), *known.answer_problems(request))
    ]
    return problems + [text for exchange in server.world.exchanges.values() for text in known.event_problems(exchange)]


def _problems(name: str, validator: Draft202012Validator, body: Any) -> list[str]:
    return [
        f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in _errors(validator, body)
    ]


def _errors(validator: Draft202012Validator, body: Any) -> Iterator[Any]:
    for error in validator.iter_errors(body):
        yield best_match([error]) or error


def _template(path: str) -> tuple[re.Pattern[str], str]:
    """Return a pattern for the paths that a template in braces stands for, and the template."""
    parts = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts))), path


def _described(message: Any) -> Any:
    """Return a message without what the description does not know, though Discord's documentation does.

    That is the reference of a forwarded message, whose type is 1, and a poll without an end.
    """
    mended = copy.deepcopy(message)
    if mended.get("message_snapshots"):
        mended["message_reference"]["type"] = 0
    if mended.get("poll", {}).get("expiry", "") is None:
        mended["poll"]["expiry"] = mended["timestamp"]
    return mended


def _tolerated(body: Any) -> Any:
    """Mend the known deviations of a body: ids of files and of what is replied to are numbers, not strings."""
    mended = copy.deepcopy(body)
    if not isinstance(mended, dict):
        return mended
    reference = mended.get("message_reference")
    if isinstance(reference, dict):
        reference.update({key: str(value) for key, value in reference.items() if key.endswith("_id")})
    holders = [mended, mended.get("data")]
    for holder in holders:
        for attachment in (holder.get("attachments") or []) if isinstance(holder, dict) else []:
            attachment["id"] = str(attachment["id"])
    return mended
