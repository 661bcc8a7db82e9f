"""Every button works under messages that version 0.1 (commit 85d4a96) sent, which are kept as they went out."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.limits import MAX_SEED
from playground.wire.exchange import Exchange, InteractionState
from playground.wire.records import EPHEMERAL, File, Message, User
from playground.wire.server import WireServer
from tests.support.press_buttons import press
from tests.support.random_models import random_model
from tests.support.replies import (
    button_labels,
    count_texts_sent,
    description,
    footer,
    form_values,
    text_so_far,
    visible_message,
)
from tests.support.running_bot import Running, Start

KEPT: dict[str, Any] = json.loads(Path(__file__).with_name("messages_of_0_1.json").read_text("utf-8"))
ANA = User("ana", id=100_000_000_000_000_001)  # who asked for them: their buttons *Delete* say so

SEEDS = {
    "text": "“It” *was*",
    "private": "It was",
    "list": "It was",
    "file": "*" * 1990 + " It was ",
    "list in a file": "It was",
}
FORMS = {
    "text": {"top_n": "6", "length": "280"},
    "private": {"top_n": "4", "length": "280"},
    "list": {"top_n": "9", "length": "40"},
    "file": {"top_n": "98", "length": "2000"},
    "list in a file": {"top_n": "5", "length": "600"},
}
TEXTS = {"list": 3, "list in a file": 10}


@pytest.fixture
async def running(start: Start) -> AsyncIterator[Running]:
    """A bot of this version, with the two models that wrote the messages."""
    async with WireServer(people=[ANA, "ben"]) as server:
        running = await start(server, models=[random_model(), random_model("other", weights_seed=1)])
        yield running
        await running.stop()


def put(running: Running, name: str) -> Message:
    """Put a message of the old version into the channel."""
    kept, server = KEPT[name], running.server
    message = Message(
        author=server.bot,
        channel_id=server.guilds[0].channel_id,
        where="guild",
        audience=ANA,
        interaction_id=1,
        content=kept["content"],
        embeds=kept["embeds"],
        components=kept["components"],
        files=[File(file["name"], file["text"].encode()) for file in kept["files"]],
        flags=kept["flags"],
    )
    server.world.messages[message.id] = message
    return message


def custom_ids(message: Message) -> list[str]:
    return [part["custom_id"] for row in message.components for part in row["components"]]


def model_and_top_n(message: Message) -> list[str]:
    return str(message.embeds[0]["footer"]["text"]).split(" · ")[:2]


def whole_text(message: Message) -> str:
    """Return the text that a message shows, or that its file holds, without marks of formatting."""
    return message.files[0].text.removesuffix("\n") if message.files else text_so_far(message)


def test_the_kept_messages_have_every_button() -> None:
    ids = {name: [part["custom_id"] for part in kept["components"][0]["components"]]
           for name, kept in KEPT.items() if name != "open form"}  # fmt: skip
    assert ids["text"] == [
        "charla:1:again:10:280:1", "charla:1:continue:10:280:1", "charla:1:edit:10:280:1",
        "charla:1:delete:100000000000000001",
    ]  # fmt: skip
    assert ids["list"] == ["charla:1:again:6:40:3", "charla:1:edit:6:40:3", "charla:1:delete:100000000000000001"]
    assert ids["unsent form"] == ["charla:1:edit"]
    assert [custom_id.rsplit(":", 1)[0] for custom_id in ids["waiting"]] == ["charla:1:cancel"]


@pytest.mark.parametrize("name", SEEDS)
async def test_again_writes_from_the_same_seed_with_the_same_options(running: Running, name: str) -> None:
    old = put(running, name)
    again = await press(running, old, "Again")
    new = visible_message(again)
    assert new.replies_to == old.id
    assert model_and_top_n(new) == model_and_top_n(old)
    assert footer(again) != old.embeds[0]["footer"]["text"]
    assert button_labels(new) == button_labels(old)
    assert custom_ids(new) == custom_ids(old)
    assert again.private is (name == "private")
    assert whole_text(new).startswith(SEEDS[name])
    assert whole_text(new) != whole_text(old)
    if name in TEXTS:
        assert len(whole_text(new).splitlines()) == 1 + TEXTS[name]


@pytest.mark.parametrize("name", ["text", "private", "continued", "file"])
@pytest.mark.parametrize("way", ["button", "menu"])
async def test_continue_writes_on_from_the_end(running: Running, name: str, way: str) -> None:
    old = put(running, name)
    if way == "button":
        continued = await press(running, old, "Continue")
    else:
        continued = await running.server.message_command("Continue this", old)
        await continued.settled(20)
    new = visible_message(continued)
    assert model_and_top_n(new) == model_and_top_n(old)
    assert continued.private is (name == "private")
    assert whole_text(new).startswith(whole_text(old)[-MAX_SEED:])


@pytest.mark.parametrize("name", SEEDS)
async def test_edit_opens_a_form_with_what_was_asked_for(running: Running, name: str) -> None:
    old = put(running, name)
    form = await press(running, old, "Edit")
    chosen = {"model": model_and_top_n(old)[0], "private": name == "private"}
    assert form_values(form) == {"seed": SEEDS[name]} | FORMS[name] | chosen
    sent = await submit(running, form, {"seed": "Once", "length": "9"})
    assert description(sent).startswith("**Once**")
    if name in TEXTS:
        assert len(description(sent).splitlines()) == 1 + TEXTS[name]
    assert model_and_top_n(visible_message(sent)) == model_and_top_n(old)
    assert sent.private is (name == "private")


async def test_a_form_that_was_open_meanwhile_can_be_sent(running: Running) -> None:
    form = await press(running, put(running, "text"), "Edit")
    form.modal = KEPT["open form"]
    sent = await submit(running, form, {"seed": "Once", "top_n": "7"})
    assert description(sent).startswith("**Once**")
    assert footer(sent).startswith("other · top-n 7 · ")


async def test_a_form_that_could_not_be_sent_is_opened_again_with_what_was_typed(running: Running) -> None:
    form = await press(running, put(running, "unsent form"), "Edit")
    assert form_values(form) == {
        "seed": " *Once*\n```upon``` @everyone ", "model": "other", "top_n": "many", "length": "30", "private": True,
    }  # fmt: skip
    sent = await submit(running, form, {"top_n": "7"})
    assert sent.private
    assert footer(sent).startswith("other · top-n 7 · ")
    assert len(re.findall(r"^[123]\. ", description(sent), re.MULTILINE)) == 3


@pytest.mark.parametrize("name", [*SEEDS, "continued", "comparison"])
async def test_delete_is_for_the_person_who_asked(running: Running, name: str) -> None:
    old = put(running, name)
    if not old.flags & EPHEMERAL:
        refused = await press(running, old, "Delete", "ben")
        assert refused.private
        assert "Only the person who asked" in refused.text
    pressed = await running.server.press_label(old, "Delete", user="ana")
    await pressed.until(lambda exchange: exchange.state is InteractionState.DELETED)
    assert old.deleted
    assert count_texts_sent(running) == 0


async def test_there_is_nothing_to_cancel_after_the_restart(running: Running) -> None:
    refused = await press(running, put(running, "waiting"), "Cancel", "ana")
    assert refused.private
    assert refused.text == "There is nothing to cancel any more."


async def submit(running: Running, form: Exchange, values: dict[str, str]) -> Exchange:
    sent = await running.server.submit_modal(form, values)
    await sent.settled(20)
    return sent
