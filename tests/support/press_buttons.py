"""Press the buttons under a reply, fill in forms and type, as people do."""

from __future__ import annotations

from collections.abc import Mapping

from playground.wire import client_app
from playground.wire.exchange import Exchange, InteractionKind, InteractionState
from playground.wire.records import Message
from tests.support.replies import ask, visible_message
from tests.support.running_bot import Running


async def press(running: Running, message: Message, label: str, user: str | None = None) -> Exchange:
    exchange = await running.server.press_label(message, label, user=user)
    await exchange.settled(20)
    return exchange


async def submit_edit_form(
    running: Running, message: Message, values: Mapping[str, str | bool], user: str | None = None
) -> Exchange:
    form = await press(running, message, "Edit", user)
    assert form.state is InteractionState.MODAL
    exchange = await running.server.submit_modal(form, values)
    await exchange.settled()
    return exchange


async def ask_for_file(running: Running) -> Exchange:
    """Ask for one text that is longer than a message holds, even when its end is trimmed."""
    reply = await ask(running, {"seed": "It was", "top_n": 98})
    return await submit_edit_form(running, visible_message(reply), {"seed": "*" * 1990 + " It was ", "length": "2000"})


async def suggest(running: Running) -> Exchange:
    """Make a person type a model's name, and do not wait for suggestions."""
    world = running.server.world
    data = client_app.command_data(world, "generate", {"model": ""}, "guild", world.person(None), "model")
    return await running.server._act(InteractionKind.AUTOCOMPLETE, data, None, "guild")
