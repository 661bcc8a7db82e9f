"""Pressing the buttons under a reply, and filling in forms, as people do."""

from __future__ import annotations

import json
import re

from bot.chat.markup import seed_and_text, unguard
from bot.generation.request import GenerationRequest
from playground.wire.exchange import Exchange, State
from playground.wire.records import Message
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.wire.conftest import Running
from tests.wire.test_generate import ask, footer


def shown(exchange: Exchange) -> Message:
    assert exchange.message
    assert exchange.message.visible
    return exchange.message


def labels(message: Message) -> list[str]:
    return [part["label"] for row in message.components for part in row["components"]]


def written(running: Running) -> int:
    """How many texts went out."""
    return sum(" · random seed " in json.dumps(request.body, ensure_ascii=False) for request in running.server.requests)


async def press(running: Running, message: Message, label: str, user: str | None = None) -> Exchange:
    exchange = await running.server.press_label(message, label, user=user)
    await exchange.settled(20)
    return exchange


async def filled(running: Running, message: Message, values: dict[str, str], user: str | None = None) -> Exchange:
    form = await press(running, message, "Edit", user)
    assert form.state is State.MODAL
    exchange = await running.server.submit_modal(form, values)
    await exchange.settled()
    return exchange


def expected(request: GenerationRequest, seed: str) -> str:
    from bot.chat.trim import trim_end  # noqa: PLC0415

    return seed_and_text(seed, trim_end(write_by_reference(random_model(), request)))


def random_seed(exchange: Exchange) -> int:
    found = re.search(r"random seed (\d+)", footer(exchange))
    assert found
    return int(found[1])


def text_so_far(message: Message) -> str:
    return re.sub(r"\\(.)|\*\*", r"\1", unguard(message.embeds[0]["description"]))


def form_of(exchange: Exchange) -> dict[str, str]:
    assert exchange.modal
    fields = [part["component"] for part in exchange.modal["components"]]
    return {field["custom_id"]: field.get("value") or "" for field in fields}


async def as_file(running: Running) -> Exchange:
    """A reply whose one text is longer than a message holds, wherever its end is trimmed."""
    reply = await ask(running, {"seed": "It was"})
    return await filled(running, shown(reply), {"seed": "*" * 1990 + " It was ", "length": "2000", "top_n": "98"})
