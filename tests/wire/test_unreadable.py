"""What Discord sends and discord.py cannot read: the bot goes on, and every interaction is answered."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.chat.error_messages import OUTDATED
from playground.wire.exchange import Exchange
from playground.wire.records import Json
from playground.wire.server import WireServer
from tests.support.press_buttons import press, suggest
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

UNREADABLE = "in a way that I cannot read"
INTERACTION = "INTERACTION_CREATE"
FILE = {"id": "9", "filename": "a.txt", "size": 1, "url": "http://127.0.0.1:9/x"}
SNAPSHOT = {"type": 0, "content": "Then", "embeds": [], "attachments": [], "timestamp": "2026-01-01T00:00:00+00:00"}

BROKEN_PARTS: dict[str, Json] = {
    "a poll without an end": {"poll": {"question": {"text": "?"}, "answers": [], "expiry": None, "layout_type": 1}},
    "an attachment without proxy_url": {"attachments": [FILE]},
    "a sticker without a format": {"sticker_items": [{"id": "1", "name": "wave"}]},
    "a forwarded message without flags": {"message_snapshots": [{"message": SNAPSHOT}]},
    "a reference to nothing": {"message_reference": 5},
    "a button without a style": {"components": [{"type": 1, "components": [{"type": 2}]}]},
    "components that are none": {"components": 5},
    "an embed that is a number": {"embeds": [5]},
    "an author that is null": {"author": None},
    "an author without an id": {"author": {"username": "ana"}},
    "a mention without an id": {"mentions": [{"username": "ana"}]},
    "roles that are no numbers": {"mention_roles": ["x"]},
    "reactions that are null": {"reactions": None},
    "flags that are words": {"flags": "many"},
    "a type that is null": {"edited_timestamp": "yesterday"},
    "a webhook that is a word": {"webhook_id": "x"},
    "an application without an id": {"application": {"name": "x"}},
    "a thread without an id": {"thread": {"name": "x"}},
    "metadata that is a list": {"interaction_metadata": [1]},
}


def warnings(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.WARNING]


async def spoiled(running: Running, spoil: Callable[[Json], object]) -> Exchange:
    """Make a person continue a message; return the exchange when it is answered."""
    running.server.faults.spoil(INTERACTION, spoil)
    message = running.server.say("It was", user="ana")
    exchange = await running.server.message_command("Continue this", message)
    await exchange.settled()
    return exchange


def change_message(part: Json) -> Callable[[Json], object]:
    return lambda data: next(iter(data["data"]["resolved"]["messages"].values())).update(part)


@pytest.mark.parametrize("name", BROKEN_PARTS)
async def test_a_message_is_continued_without_the_part_that_cannot_be_read(
    start: Start, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    running = await start()
    exchange = await spoiled(running, change_message(BROKEN_PARTS[name]))
    # What can be read of such a part, as a poll's question, stands on a line of its own.
    assert re.match(r"\*\*It was(\n.*)?\*\*", description(exchange))
    # Some of it discord.py leaves out by itself, and says nothing.
    for record in warnings(caplog):
        assert record.getMessage().startswith("Discord sent something that cannot be read: a part of a message (")
        assert not record.exc_info


@pytest.mark.parametrize("key", ["author", "mentions", "mention_roles", "components", "attachments", "embeds", "type"])
async def test_a_message_that_lacks_a_part_is_continued(start: Start, key: str) -> None:
    running = await start()
    exchange = await spoiled(running, lambda data: [m.pop(key) for m in data["data"]["resolved"]["messages"].values()])
    assert description(exchange).startswith("**It was**")


async def test_of_a_list_only_the_elements_that_cannot_be_read_are_left_out(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was", "length": 60})
    running.server.faults.spoil(INTERACTION, lambda data: data["message"]["attachments"].append(FILE))
    running.server.faults.spoil(INTERACTION, lambda data: data["message"]["embeds"].append(5))
    for label in ("Again", "Continue"):
        assert description(await press(running, visible_message(reply), label)).startswith("**It was")


@pytest.mark.parametrize(
    "part",
    [
        {"channel": {"id": "5", "type": 11, "parent_id": "9", "owner_id": "2"}},
        {"channel": 5},
        {"entitlements": [{}]},
        {"guild": {"id": "x"}},
        {"authorizing_integration_owners": {"x": "y"}},
        {"attachment_size_limit": None},
        {"app_permissions": "many"},
        {"context": "somewhere"},
    ],
)
async def test_a_command_is_carried_out_without_the_part_that_cannot_be_read(start: Start, part: Json) -> None:
    running = await start()
    running.server.faults.spoil(INTERACTION, lambda data: data.update(part))
    assert description(await ask(running, {"seed": "It was"})).startswith("**It was**")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("member"),
        lambda data: data.update(member={"user": None}),
        lambda data: data.update(type=77),
        lambda data: data.update(data=None),
        lambda data: data.update(application_id=None),
        lambda data: data["data"].pop("resolved"),
        lambda data: data["data"].update(target_id=None),
        lambda data: data["data"]["resolved"].update(messages={"1": None}),
        lambda data: data["data"]["resolved"].update(users={"1": {}}),
        lambda data: data["data"].pop("name"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_private(
    start: Start, caplog: pytest.LogCaptureFixture, spoil: Callable[[Json], object]
) -> None:
    running = await start()
    exchange = await spoiled(running, spoil)
    assert exchange.private
    assert UNREADABLE in exchange.text
    assert warnings(caplog)
    assert not [record for record in warnings(caplog) if record.exc_info]
    assert "It was" not in caplog.text
    assert description(await ask(running, {"seed": "It was"}))


@pytest.mark.parametrize(
    "value",
    [{"name": "seed", "value": 5}, {"name": "count", "value": "2"}, {"name": "count", "value": 2.5},
     {"name": "count", "value": True}, {"name": "private", "value": "yes"}],
)  # fmt: skip
async def test_a_value_of_another_kind_than_the_commands_is_refused_in_private(
    start: Start, caplog: pytest.LogCaptureFixture, value: Json
) -> None:
    running = await start()
    running.server.faults.spoil(INTERACTION, lambda data: data["data"].update(options=[{"type": 3} | value]))
    refused = await ask(running, {"seed": "It was"})
    assert refused.private
    assert refused.text == OUTDATED
    assert not [record for record in warnings(caplog) if record.exc_info]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("member"),
        lambda data: data.update(data=5),
        lambda data: data["data"].update(options=[{"name": "model", "type": 3, "value": ""}]),
        lambda data: data["data"].update(options=[{"focused": True}]),
        lambda data: data["data"].update(name="unknown"),
    ],
)
async def test_suggestions_are_answered_by_none(start: Start, spoil: Callable[[Json], object]) -> None:
    running = await start()
    running.server.faults.spoil(INTERACTION, spoil)
    assert await running.server.autocomplete("generate", focused="model", typed="") == []
    assert await running.server.autocomplete("generate", focused="model", typed="")


async def test_an_interaction_without_a_token_is_only_logged(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start()
    running.server.faults.spoil(INTERACTION, lambda data: data.pop("token"))
    silent = await running.server.slash("generate", {"seed": "It was"})
    assert description(await ask(running, {"seed": "It was"}))
    assert not silent.acknowledged
    assert {record.getMessage() for record in warnings(caplog)} == {
        "Discord sent something that cannot be read: INTERACTION_CREATE (KeyError)"
    }


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("CHANNEL_CREATE", {"id": "5", "type": 0}),
        ("CHANNEL_UPDATE", {"id": "x"}),
        ("CHANNEL_DELETE", {}),
        ("GUILD_CREATE", {"id": "424242", "channels": [{}]}),
        ("GUILD_UPDATE", {"id": None}),
        ("GUILD_DELETE", {}),
        ("GUILD_ROLE_CREATE", {"role": {}}),
        ("THREAD_CREATE", {"id": "5", "type": 11}),
        ("ENTITLEMENT_CREATE", {}),
    ],
)
async def test_an_event_that_cannot_be_read_is_one_line_and_ends_nothing(
    start: Start, caplog: pytest.LogCaptureFixture, event: str, data: Json
) -> None:
    running = await start()
    if event.startswith(("CHANNEL", "THREAD")):
        data = {"guild_id": str(running.server.guilds[0].id), **data}
    await running.server.dispatch(event, data)
    assert description(await ask(running, {"seed": "It was"}))
    assert (running.server.identifies, running.serving.done()) == (1, False)
    (record,) = warnings(caplog)
    assert record.getMessage().startswith(f"Discord sent something that cannot be read: {event} (")


@pytest.mark.parametrize("key", ["shard", "user", "guilds", "application"])
async def test_a_session_begins_without_what_cannot_be_read(
    start: Start, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    async with WireServer(people=["ana"]) as server:
        server.faults.spoil("READY", lambda data: data.update({key: None}))
        running = await start(server)
        assert description(await ask(running, {"seed": "It was"}))
        await wait_until(lambda: "Connected as Charla" in caplog.text)
        assert server.identifies == 1
        await running.stop()


def paths(part: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value within a payload."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from paths(value, (*above, key))


def put(path: tuple[Any, ...], value: Any) -> Callable[[Json], None]:
    """Return what puts a value in place of another; None removes it."""

    def spoil(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        if value is None:
            del data[path[-1]]
        else:
            data[path[-1]] = copy.deepcopy(value[0])

    return spoil


SPOILT: list[Any] = [None, (None,), ("x",), ({},), ([5],)]
"""What stands in place of a value, one after the other: nothing at all, and values of other types."""


async def test_whatever_is_spoiled_the_interaction_is_answered(start: Start) -> None:
    running = await start()
    server = running.server
    reply = visible_message(await ask(running, {"seed": "It was", "length": 1}))
    form = await press(running, reply, "Edit")
    ways: list[Callable[[], Awaitable[Exchange]]] = [
        lambda: server.slash("generate", {"seed": "It was", "length": 1}),
        lambda: server.message_command("Continue this", reply),
        lambda: server.press_label(reply, "Again"),
        lambda: server.submit_modal(form, {"seed": "It was", "length": "1"}),
        lambda: suggest(running),
    ]
    tried = {("id",), ("token",)}
    for act in ways:
        new = set(paths((await act()).payload)) - tried
        tried |= new
        for number, path in enumerate(sorted(new, key=str)):
            server.faults.spoil(INTERACTION, put(path, SPOILT[number % len(SPOILT)]))
            await (await act()).acknowledgement()
    assert not running.serving.done()
