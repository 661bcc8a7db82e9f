"""Ask for texts with `/generate`, and read what the bot replies."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.chat.markup import seed_and_text, unguard
from bot.chat.suggestions import LEFT_OUT
from bot.chat.trim import trim_end
from bot.generation.request import GenerationRequest
from playground.wire.client_app import shown_choices
from playground.wire.component_rules import BOX
from playground.wire.exchange import Exchange
from playground.wire.records import Message
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.support.running_bot import Running


async def ask(running: Running, options: dict[str, Any] | None = None, **context: Any) -> Exchange:
    exchange = await running.server.slash("generate", options or {}, **context)
    await exchange.settled(20)
    return exchange


def description(exchange: Exchange) -> str:
    assert exchange.message
    (embed,) = exchange.message.embeds
    return str(embed["description"])


def footer(exchange: Exchange) -> str:
    assert exchange.message
    return str(exchange.message.embeds[0]["footer"]["text"])


def visible_message(exchange: Exchange) -> Message:
    assert exchange.message
    assert exchange.message.visible
    return exchange.message


def button_labels(message: Message) -> list[str]:
    return [part["label"] for row in message.components for part in row["components"]]


def count_texts_sent(running: Running) -> int:
    """Count the texts that the bot sent."""
    return sum(" · random seed " in json.dumps(request.body, ensure_ascii=False) for request in running.server.requests)


def expected_text(request: GenerationRequest, seed: str) -> str:
    return seed_and_text(seed, trim_end(write_by_reference(random_model(), request)))


def random_seed(exchange: Exchange) -> int:
    found = re.search(r"random seed (\d+)", footer(exchange))
    assert found
    return int(found[1])


def text_so_far(message: Message) -> str:
    return re.sub(r"\\(.)|\*\*", r"\1", unguard(message.embeds[0]["description"]))


def form_values(exchange: Exchange) -> dict[str, str | bool]:
    """Return what a form shows: what is typed in its fields, chosen in its selects and ticked in its boxes."""
    assert exchange.modal
    fields = [part["component"] for part in exchange.modal["components"]]
    return {field["custom_id"]: shown_value(field) for field in fields}


def shown_value(field: dict[str, Any]) -> str | bool:
    if "options" in field:
        (chosen,) = shown_choices(field)
        return "" if chosen == LEFT_OUT else chosen
    return field["default"] if field["type"] == BOX else field.get("value") or ""
