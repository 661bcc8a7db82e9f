"""Apply the rules of an interaction: one first answer in time, then edits and follow-ups while the token lasts."""

from __future__ import annotations

from typing import Any

from playground.wire import messages, payloads
from playground.wire.api_errors import ApiError, Problem, refuse
from playground.wire.checks import missing, no_choice, no_object
from playground.wire.exchange import Exchange, InteractionKind, InteractionState
from playground.wire.message_rules import choice_problems
from playground.wire.modal_rules import modal_problems
from playground.wire.records import EPHEMERAL, LOADING, Choice, Json, Message, RecordedRequest
from playground.wire.world import World

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_ALLOWED = {
    InteractionKind.COMMAND: {MESSAGE, DEFER, MODAL},
    InteractionKind.COMPONENT: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    InteractionKind.AUTOCOMPLETE: {CHOICES},
    InteractionKind.MODAL: {MESSAGE, DEFER, DEFER_UPDATE, UPDATE},
}


def callback(world: World, exchange_id: int, token: str, request: RecordedRequest) -> Json:
    """Take the first answer to an interaction; returns what Discord answers to that.

    Raises:
        ApiError: unknown, too late, the second one, of the wrong kind, or invalid.
    """
    exchange = world.exchanges.get(token)
    if exchange is None or exchange.id != exchange_id or world.dead(exchange):
        raise ApiError(404, 10062, "Unknown interaction")
    if exchange.acknowledged:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    body = messages.body_of(request)
    kind: Any = body.get("type")
    refuse([*no_choice(kind, range(1, 13), "type"), *no_object(body.get("data"), "data")])
    if kind not in _ALLOWED[exchange.kind] or (kind in {DEFER_UPDATE, UPDATE} and exchange.source is None):
        text = f"{kind!r} is no answer to an interaction of type {int(exchange.kind)}."
        refuse([Problem(("type",), "BASE_TYPE_CHOICES", text)])
    state = _take(world, exchange, kind, body.get("data") or {}, request)
    exchange.acknowledge()
    exchange.note(state)
    answer = exchange.answer()
    if exchange.message is not None and kind in {MESSAGE, UPDATE}:
        answer["resource"] = {"type": kind, "message": world.as_json(exchange.message)}
    return answer


def _take(world: World, exchange: Exchange, kind: int, data: Json, request: RecordedRequest) -> InteractionState:
    if kind == CHOICES:
        refuse([missing("data", "choices")] if data.get("choices") is None else [])
        refuse(problem.under("data") for problem in choice_problems(data.get("choices"), _focused_type(exchange.data)))
        exchange.choices = [Choice(choice["name"], choice["value"]) for choice in data.get("choices") or []]
        return InteractionState.CHOICES
    if kind == MODAL:
        refuse(problem.under("data") for problem in modal_problems(data))
        exchange.modal = data
        return InteractionState.MODAL
    if kind == DEFER_UPDATE:
        exchange.message, exchange.deferred = exchange.source, True
        return InteractionState.UPDATING
    if kind == UPDATE and exchange.source is not None:
        messages.edit(world, exchange.source, data, request.files)
        exchange.message = exchange.source
        exchange.edits += 1
        return InteractionState.ANSWERED
    if kind == DEFER:
        # Of all that a defer may carry, Discord heeds this one flag alone.
        exchange.message = _new_message(exchange, world, messages.flags_of(data) & EPHEMERAL | LOADING)
        exchange.deferred = exchange.pending = True
        world.messages[exchange.message.id] = exchange.message
        return InteractionState.THINKING
    message = _new_message(exchange, world, messages.sendable_flags(data))
    messages.fill(world, message, data, request.files)
    exchange.message = message
    return InteractionState.ANSWERED


def _focused_type(data: Json) -> int:
    for option in data.get("options") or []:
        if option.get("focused"):
            return int(option["type"])
        inner = _focused_type(option)
        if inner:
            return inner
    return 0


def _new_message(exchange: Exchange, world: World, flags: int) -> Message:
    return Message(
        author=world.bot,
        channel_id=exchange.channel_id,
        where=exchange.where,
        audience=exchange.user,
        interaction_id=exchange.id,
        replies_to=exchange.source.id if exchange.source else None,
        origin=payloads.origin(exchange),
        flags=flags,
    )


def by_token(world: World, application_id: int, token: str) -> Exchange:
    """Return the interaction that a webhook token belongs to.

    Raises:
        ApiError: none, or the token serves no longer, or the interaction has not been answered yet.
    """
    exchange = world.exchanges.get(token)
    if exchange is None or application_id != world.bot.id:
        raise ApiError(404, 10015, "Unknown Webhook")
    if world.out_of_time(exchange):
        raise ApiError(401, 50027, "Invalid Webhook Token")
    if not exchange.acknowledged:
        raise ApiError(404, 10015, "Unknown Webhook")
    return exchange


def follow_up(world: World, exchange: Exchange, request: RecordedRequest) -> Message:
    """Add a message; the first one after a defer takes the place of “thinking…” and keeps its audience.

    Raises:
        ApiError: Discord would refuse it, or, in strict mode, does not say that it would take it.
    """
    body = messages.body_of(request)
    if exchange.state is InteractionState.THINKING and exchange.message is not None:
        messages.edit(world, exchange.message, body, request.files)
        exchange.pending = False
        exchange.note(InteractionState.ANSWERED)
        return exchange.message
    if world.limits.strict and exchange.pending:
        # Nobody has promised that it becomes a message of its own: “thinking…”, which it would fill, is gone.
        error = ApiError(404, 10008, "Unknown Message")
        error.violations = ["request: a follow-up although the deferred response, never filled, was deleted"]
        raise error
    foreign = exchange.where in {"user-install", "elsewhere"}
    if foreign and len(exchange.followups) >= world.limits.foreign_followups:
        raise ApiError(400, 40094, "This interaction has reached the maximum number of follow up messages.")
    message = _new_message(exchange, world, messages.sendable_flags(body))
    if exchange.message is not None:
        message.origin["interaction_metadata"]["original_response_message_id"] = str(exchange.message.id)
    messages.fill(world, message, body, request.files)
    exchange.followups.append(message)
    exchange.note()
    return message


def message_of(exchange: Exchange, name: str) -> Message:
    """Return the original response for `@original`, else a message of this interaction by its id.

    Raises:
        ApiError: there is none, or it was deleted.
    """
    for message in (exchange.message, *exchange.followups):
        if message is None or message.deleted:
            continue
        if message is exchange.message and name == "@original":
            return message
        if str(message.id) == name:
            return message
    raise ApiError(404, 10008, "Unknown Message")


def edit(world: World, exchange: Exchange, name: str, request: RecordedRequest) -> Message:
    """Change one of the interaction's messages.

    Raises:
        ApiError: there is none of that name, or Discord would refuse the change.
    """
    message = message_of(exchange, name)
    messages.edit(world, message, messages.body_of(request), request.files)
    exchange.edits += 1
    exchange.pending &= message is not exchange.message
    exchange.note(InteractionState.ANSWERED if message is exchange.message else None)
    return message


def delete(exchange: Exchange, name: str) -> None:
    """Delete one of the interaction's messages, “thinking…” too.

    Raises:
        ApiError: there is none of that name.
    """
    message = message_of(exchange, name)
    message.deleted = True
    exchange.note(InteractionState.DELETED if message is exchange.message else None)
