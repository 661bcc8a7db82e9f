"""Ask for comparisons with `/compare`, and read what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.chat.comparison import LEAD
from playground.wire.client_app import buttons
from playground.wire.component_rules import SECTION, TEXT, walk
from playground.wire.exchange import Exchange
from playground.wire.records import Message
from tests.support.replies import visible_message
from tests.support.running_bot import Running


@dataclass(frozen=True)
class Comparison:
    """What a comparison shows, with its marks.

    Attributes:
        seed: as it is shown.
        texts: by what they are labelled with, without what stands before each.
        small_print: how they were made.
    """

    seed: str
    texts: dict[str, str]
    small_print: str


async def compare(running: Running, options: dict[str, Any] | None = None, **context: Any) -> Exchange:
    exchange = await running.server.slash("compare", {"seed": "It was", **(options or {})}, **context)
    await exchange.settled(30)
    return exchange


def read_comparison(exchange: Exchange) -> Comparison:
    message = visible_message(exchange)
    parts = list(walk(message.components))
    shown = [part["content"] for part in parts if part["type"] == TEXT]
    beside = [[inner["content"] for inner in part["components"]] for part in parts if part["type"] == SECTION]
    assert all(text.startswith(LEAD) for _, text in beside)
    return Comparison(shown[0], {name.strip("*"): text.removeprefix(LEAD) for name, text in beside}, shown[-1])


async def pick(running: Running, exchange: Exchange, top_n: str, user: str | None = None) -> Exchange:
    """Press the button beside the text of a top-n."""
    place = list(read_comparison(exchange).texts).index(top_n)
    ids = [custom_id for custom_id in buttons(visible_message(exchange)).values() if ":pick:" in custom_id]
    picked = await running.server.press(visible_message(exchange), ids[place], user=user)
    await picked.settled(20)
    return picked


def labels(message: Message) -> list[str]:
    """Return the labels of a message's buttons, those inside other components too."""
    return [part["label"] for part in walk(message.components) if "label" in part]
