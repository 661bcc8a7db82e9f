"""List what went over the wire for one interaction, in order, for people who want to learn how it works."""

from __future__ import annotations

import json
from typing import Any

from playground.terminal.drawing import size
from playground.wire import interactions
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.records import Json, RecordedRequest
from playground.wire.world import World

LATEST = 500
"""How many of the bot's requests are looked through: those of the last interaction are among them."""

_KINDS = {
    InteractionKind.COMMAND: "A person used a command.",
    InteractionKind.COMPONENT: "A person pressed a button.",
    InteractionKind.AUTOCOMPLETE: "A person types: which values does the bot suggest?",
    InteractionKind.MODAL: "A person sent a form.",
}
_CALLBACKS = {
    interactions.MESSAGE: "The bot answers with a message.",
    interactions.DEFER: "The bot needs a moment: people see “thinking…”.",
    interactions.DEFER_UPDATE: "The bot will change the message.",
    interactions.UPDATE: "The bot changes the message.",
    interactions.CHOICES: "The bot suggests values.",
    interactions.MODAL: "The bot shows a form.",
}
_FOLLOWING = {
    "POST": "The bot sends one more message.",
    "GET": "The bot reads its answer.",
    "PATCH": "The bot changes its answer.",
    "DELETE": "The bot deletes its answer.",
}


def steps(world: World, exchange: Exchange, latest: int = LATEST) -> list[Json]:
    """Return an interaction and the requests that it led to, oldest first, with the secrets in them cut short.

    Args:
        world: what the loopback Discord keeps.
        exchange: the interaction.
        latest: how many of the newest requests are looked through.
    """
    sent = {
        "to": "bot",
        "what": "INTERACTION_CREATE",
        "meaning": _KINDS[exchange.kind],
        "after": None,
        "status": None,
        "body": _printed(exchange.payload, exchange.token),
    }
    requests = [request for request in world.requests[-latest:] if exchange.token in request.path]
    return [sent, *(_step(request, exchange) for request in requests)]


def _step(request: RecordedRequest, exchange: Exchange) -> Json:
    body = request.body
    if request.files:
        files = {key: f"{file.name}, {size(len(file.content))}" for key, file in request.files.items()}
        body = {**(body or {}), **files}
    return {
        "to": "discord",
        "what": f"{request.method} {_shortened(request.path, exchange.token)}",
        "meaning": _meaning(request),
        "after": round(1000 * (request.received_at - exchange.dispatched_at)),
        "status": request.status or None,
        "body": "" if body is None else _printed(body, exchange.token),
    }


def _meaning(request: RecordedRequest) -> str:
    if request.path.endswith("/callback") and isinstance(request.body, dict):
        return _CALLBACKS.get(request.body.get("type", 0), "The bot answers.")
    return _FOLLOWING.get(request.method, "")


def _printed(body: Any, token: str) -> str:  # noqa: ANN401 - any JSON
    return _shortened(json.dumps(body, indent=2, ensure_ascii=False), token)


def _shortened(text: str, token: str) -> str:
    return text.replace(token, f"{token[:6]}…")
