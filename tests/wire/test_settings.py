"""`/settings` over the wire, with a real database, and what every way in makes of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.chat.markup import plain
from bot.chat.trim import trim_end
from bot.generation.request import GenerationRequest
from bot.storage.database import Database
from bot.storage.server_settings import DEFAULTS
from bot.storage.settings_store import SettingsStore
from playground.wire.exchange import Exchange
from playground.wire.records import Guild, User
from playground.wire.server import WireServer
from tests.support.comparisons import compare, read_comparison
from tests.support.databases import KINDS, RealDatabase, open_database
from tests.support.gate import Gate
from tests.support.mentions import mention, replies_to, reply_to
from tests.support.press_buttons import press, submit_edit_form
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.support.replies import ask, description, footer
from tests.support.replies import visible_message as shown_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

Begin = Callable[..., Awaitable[Running]]


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RealDatabase]:
    async with open_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer([User("ana", manages=True), "ben"]) as server:
        yield server


@pytest.fixture
def begin(server: WireServer, start: Start, database: RealDatabase) -> Begin:
    """Start a bot with two models, whose store notices soon what others wrote and what has come back."""

    async def begin(**options: Any) -> Running:
        # It waits long for its database: how busy the machine is proves nothing.
        store = SettingsStore(Database(database.url), fresh_seconds=0.05, wait_seconds=20.0, retry_seconds=0.05)
        models = [random_model("one"), random_model("two", weights_seed=2)]
        return await start(server, models=models, store=store, **options)

    return begin


async def change(running: Running, **options: Any) -> Exchange:
    exchange = await running.server.slash("settings", options, user="ana")
    await exchange.settled()
    assert exchange.private
    return exchange


def shown(exchange: Exchange) -> dict[str, str]:
    """What `/settings` shows, by the settings' names."""
    pairs = (line.split(":** ", 1) for line in description(exchange).splitlines())
    return {name.removeprefix("**"): value.replace("\\", "") for name, value in pairs}


async def test_it_shows_the_operators_settings_until_a_server_decides(begin: Begin) -> None:
    running = await begin(default_model="two", max_length=1500, max_count=5, content_filter="off")
    assert shown(await change(running)) == {
        "Default model": "two (the operator's choice)",
        "Top-n": "what suits the model (the operator's choice)",
        "Allowed models": "all (the operator's choice)",
        "Largest length": "1,500 characters (the operator's choice)",
        "Largest count": "5 (the operator's choice)",
        "Content filter": "off (the operator's choice)",
        "Links": "cannot be clicked (the operator's choice)",
        "Mentions": "answered (the operator's choice)",
    }
    decided = await change(
        running, default_model="one", top_n=7, allowed_models="one , two,one", max_length=100, max_count=2,
        content_filter="except-age-restricted", links="kept", mentions="ignored",
    )  # fmt: skip
    assert shown(decided) == shown(await change(running)) == {
        "Default model": "one",
        "Top-n": "7",
        "Allowed models": "one, two",
        "Largest length": "100 characters",
        "Largest count": "2",
        "Content filter": "on, except in age-restricted channels",
        "Links": "can be clicked, but for invites",
        "Mentions": "ignored",
    }  # fmt: skip
    assert shown(await change(running, reset="top_n"))["Top-n"].endswith("(the operator's choice)")
    everything = shown(await change(running, reset="everything", max_count=3))
    assert everything.pop("Largest count") == "3"
    assert all(value.endswith("(the operator's choice)") for value in everything.values())


async def test_requests_obey_a_change_at_once(begin: Begin) -> None:
    running = await begin()
    await change(running, default_model="two", top_n=7, allowed_models="two", max_length=100, max_count=2)
    plain = await ask(running, {"seed": "It was", "random_seed": 1}, user="ben")
    assert footer(plain).startswith("two · top-n 7 · ")
    explicit = await ask(running, {"seed": "It was", "random_seed": 1, "length": 100, "top_n": 7}, user="ben")
    assert description(explicit) == description(plain), "the default length gives way to a smaller largest one"
    for options, complaint in (
        ({"length": 101}, "length 101: allowed are 1 to 100"),
        ({"count": 3}, "count 3: allowed are 1 to 2"),
        ({"model": "one"}, "The model one may not be used in this server: allowed are two"),
    ):
        refused = await ask(running, {"seed": "It was", **options}, user="ben")
        assert refused.private
        assert complaint in refused.text
    choices = await running.server.autocomplete("generate", {}, focused="model", typed="")
    assert [choice.value for choice in choices] == ["two"]
    for where in ("dm", "user-install", "elsewhere"):
        abroad = await ask(running, {"seed": "It was", "length": 200}, where=where)
        assert footer(abroad).startswith("one · top-n 4 · ")


async def test_every_other_way_in_obeys_too(server: WireServer, start: Start) -> None:
    running = await start(server, models=[random_model("one"), random_model("two", weights_seed=2)])
    before = await ask(running, {"seed": "It was", "length": 150, "model": "one"}, user="ben")
    message = server.say("It was a dark night", user="ben")
    await change(running, allowed_models="two", default_model="two", max_length=100, top_n=7)
    for label in ("Again", "Continue"):
        pressed = await press(running, shown_message(before), label, "ben")
        assert pressed.private
        assert "The model one may not be used" in pressed.text
    menu = await server.message_command("Continue this", message, user="ben")
    await menu.settled()
    assert footer(menu).startswith("two · top-n 7 · ")
    await change(running, allowed_models="one", default_model="one")
    edited = await submit_edit_form(running, shown_message(before), {"length": "150"}, "ben")
    assert edited.private
    assert "length 150: allowed are 1 to 100" in edited.text.replace("\\", "")
    told = await server.slash("about", user="ben")
    await told.settled()
    assert told.message
    names = [field["name"] for field in told.message.embeds[0]["fields"]]
    assert "one (the default)" in names
    assert not any(name.startswith("two") for name in names)


async def test_a_server_decides_whether_messages_are_answered(server: WireServer, start: Start) -> None:
    running = await start(server)
    await change(running, mentions="ignored")
    ignored = mention(running, "It was", user="ben")
    assert (await reply_to(running, server.say("It was", user="ben", where="dm"))).embeds
    await change(running, mentions="answered")
    answered = await reply_to(running, mention(running, "It was", user="ben"))
    assert answered.embeds
    assert replies_to(running, ignored) == []


async def test_where_the_operator_has_messages_read_by_nobody_no_server_decides_otherwise(
    server: WireServer, start: Start
) -> None:
    running = await start(server, answer_mentions=False)
    assert "operator" in (await change(running, mentions="answered")).text
    assert shown(await change(running))["Mentions"] == "ignored (the operator's choice)"


async def test_a_comparison_obeys_in_all_but_its_six_top_n(server: WireServer, start: Start) -> None:
    models = [random_model("one"), random_model("two", weights_seed=2)]
    running = await start(server, models=models)
    await change(running, allowed_models="two", default_model="two", max_length=100, max_count=1, top_n=7)
    compared = read_comparison(await compare(running, {"random_seed": 3}, user="ben"))
    assert compared.small_print.startswith("-# two · random seed 3 · ")
    assert list(compared.texts) == ["top-n 1", "top-n 2", "top-n 3", "top-n 5", "top-n 10", "all"]
    for top_n, text in zip((1, 2, 3, 5, 10, 98), compared.texts.values(), strict=True):
        request = GenerationRequest("It was", top_n=top_n, length=100, random_seed=3)
        assert plain(text) == trim_end(write_by_reference(models[1], request))
    for options, complaint in (
        ({"length": 101}, "length 101: allowed are 1 to 100"),
        ({"model": "one"}, "The model one may not be used"),
    ):
        refused = await server.slash("compare", {"seed": "It was", **options}, user="ben")
        await refused.settled()
        assert refused.private
        assert complaint in refused.text


async def test_a_change_is_seen_by_another_process_and_after_a_restart(
    begin: Begin, server: WireServer, database: RealDatabase
) -> None:
    here = await begin()
    there = SettingsStore(Database(database.url), fresh_seconds=0.05)
    assert await there.get(server.guilds[0].id) == DEFAULTS
    await change(here, default_model="two")
    await asyncio.sleep(0.06)
    assert (await there.get(server.guilds[0].id)).default_model == "two"
    await there.change(server.guilds[0].id, {"top_n": 9}, lambda _: None)
    await there.aclose()
    await asyncio.sleep(0.06)
    assert footer(await ask(here, {"seed": "It was"})).startswith("two · top-n 9 · ")
    await here.stop()
    assert footer(await ask(await begin(), {"seed": "It was"})).startswith("two · top-n 9 · ")


async def test_the_settings_change_while_a_request_waits(begin: Begin) -> None:
    running = await begin(make_copy=Gate, workers=1)
    waiting = await running.server.slash("generate", {"seed": "See https://example.org/a"}, user="ben")
    await waiting.acknowledgement()
    await change(running, default_model="two", max_length=10, links="kept")
    Gate.opened.set()
    await waiting.settled()
    assert footer(waiting).startswith("one · "), "what was asked for was decided when it was asked"
    assert len(description(waiting)) > 100
    assert "https://example.org/a" in description(waiting), "what may be shown is decided when it is shown"


async def test_the_filter_is_turned_on_while_a_request_waits(begin: Begin) -> None:
    running = await begin(make_copy=Gate, workers=1, content_filter="off")
    waiting = await running.server.slash("generate", {"seed": "A kike said", "top_n": 1}, user="ben")
    await waiting.acknowledgement()
    await change(running, content_filter="on")
    Gate.opened.set()
    await waiting.settled()
    assert waiting.private
    assert "a word that I do not write" in waiting.text


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"default_model": "three"}, "there is no model 'three': there are one, two"),
        ({"allowed_models": "one, three"}, "there is no model 'three'"),
        ({"allowed_models": " , "}, "allowed_models has no name"),
        ({"default_model": "one", "allowed_models": "two"}, "The default model would be one, the allowed ones two"),
        ({"top_n": 0}, "top_n 0: allowed are"),
        ({"max_length": 0}, "max_length 0: allowed are 1 to 1500"),
        ({"max_length": 1501}, "max_length 1501: allowed are 1 to 1500"),
        ({"max_count": 11}, "max_count 11: allowed are 1 to 10"),
        ({"content_filter": "perhaps"}, "'perhaps' is not something this option takes"),
        ({"links": "perhaps"}, "'perhaps' is not something this option takes"),
    ],
)
async def test_a_wrong_value_is_refused_and_nothing_changes(
    server: WireServer, start: Start, options: dict[str, Any], complaint: str
) -> None:
    running = await start(server, models=[random_model("one"), random_model("two")], max_length=1500)
    refused = await change(running, **{"max_count": 2, **options})
    assert complaint in refused.text
    assert shown(await change(running))["Largest count"] == "10 (the operator's choice)"


async def test_two_changes_that_do_not_fit_are_noticed_whichever_comes_second(server: WireServer, start: Start) -> None:
    running = await start(server, models=[random_model("one"), random_model("two")])
    await change(running, default_model="two")
    assert "the allowed ones one" in (await change(running, allowed_models="one")).text
    await change(running, default_model="one", allowed_models="one")
    assert "the allowed ones one" in (await change(running, default_model="two")).text
    assert shown(await change(running))["Default model"] == "one"


async def test_those_who_may_not_manage_the_server_are_not_offered_it_and_refused(
    server: WireServer, start: Start
) -> None:
    running = await start(server)
    with pytest.raises(ValueError, match="No command 'settings'"):
        await server.slash("settings", {"max_count": 2}, user="ben")
    for where in ("dm", "user-install", "elsewhere"):
        with pytest.raises(ValueError, match="No command 'settings'"):
            await server.slash("settings", user="ana", where=where)
    server.show_to_everybody("settings")  # as servers may
    refused = await server.slash("settings", {"max_count": 2}, user="ben")
    await refused.settled()
    assert refused.private
    assert not refused.deferred
    assert "Manage Server" in refused.text
    assert shown(await change(running))["Largest count"] == "10 (the operator's choice)"


async def test_suggestions_while_a_list_of_models_is_typed(server: WireServer, start: Start) -> None:
    await start(server, models=[random_model(name) for name in ("one", "two", "three")])
    for typed, values in {"": ["one", "two", "three"], "(T": ["two", "three"], "two, ": ["two, one", "two, three"],
                          "one,two, th": ["one, two, three"], "x" * 99 + ",": []}.items():  # fmt: skip
        choices = await server.autocomplete("settings", {}, focused="allowed_models", typed=typed, user="ana")
        assert [choice.value for choice in choices] == values
    choices = await server.autocomplete("settings", {}, focused="default_model", typed="thr", user="ana")
    assert [choice.value for choice in choices] == ["three"]


async def test_models_that_are_gone_count_as_not_said(
    begin: Begin, server: WireServer, database: RealDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    raw = Database(database.url)
    row = '{"default_model": "gone", "allowed_models": ["gone", "lost"], "top_n": "many", "mood": "merry"}'
    assert await raw.replace(server.guilds[0].id, None, row)
    await raw.close()
    running = await begin()
    for _ in range(2):
        assert footer(await ask(running, {"seed": "It was"})).startswith("one · top-n 4 · ")
    assert caplog.text.count(f"Settings of server {server.guilds[0].id} are wrong") == 1
    assert caplog.text.count("allows none of the models that there are") == 1


async def test_a_server_does_not_go_beyond_limits_that_the_operator_lowers_later(
    server: WireServer, start: Start
) -> None:
    running = await start(server)
    await change(running, max_length=2000, max_count=10)
    await running.stop()
    running = await start(server, max_length=100, max_count=2)
    for options, complaint in (({"length": 101}, "allowed are 1 to 100"), ({"count": 3}, "allowed are 1 to 2")):
        refused = await ask(running, {"seed": "It was", **options})
        assert refused.private
        assert complaint in refused.text
    assert shown(await change(running))["Largest length"] == "100 characters"


async def test_the_database_goes_away_and_comes_back(
    begin: Begin, database: RealDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    running = await begin()
    await change(running, default_model="two")
    await database.go_away()
    await asyncio.sleep(0.06)
    for _ in range(3):
        assert footer(await ask(running, {"seed": "It was"})).startswith("two · "), "what is known stays in force"
    refused = await change(running, max_count=2)
    assert "their database does not answer" in refused.text
    assert caplog.text.count("The database does not answer") == 1
    await database.come_back()
    await asyncio.sleep(0.06)
    assert footer(await ask(running, {"seed": "It was"})).startswith("two · ")
    assert shown(await change(running, max_count=2))["Largest count"] == "2"
    assert caplog.text.count("The database answers again") == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_the_database_is_away_at_the_start(
    begin: Begin, database: RealDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    await database.go_away()
    running = await begin()
    assert caplog.text.count("The database does not answer") == 1
    assert footer(await ask(running, {"seed": "It was"})).startswith("one · ")
    await database.come_back()
    await asyncio.sleep(0.06)
    await change(running, default_model="two")
    assert footer(await ask(running, {"seed": "It was"})).startswith("two · ")


async def test_a_server_that_throws_the_bot_out_is_forgotten_and_one_out_of_reach_is_not(
    start: Start, database: RealDatabase
) -> None:
    async with WireServer([User("ana", manages=True)], guilds=[Guild("stays"), Guild("leaves")]) as server:
        stays, leaves = (guild.id for guild in server.guilds)
        store = SettingsStore(Database(database.url))
        for guild in (stays, leaves):
            await store.change(guild, {"top_n": 3}, lambda _: None)
        running = await start(server, store=store)
        raw = Database(database.url)
        await server.outage(0)
        await server.remove_bot(1)
        await wait_until(lambda: len(running.bot.guilds) == 1)
        async with asyncio.timeout(5):
            while await raw.read(leaves) is not None:  # noqa: ASYNC110 - what is waited for is in the database
                await asyncio.sleep(0.01)
        assert await raw.read(stays) == '{"top_n": 3}'
        await raw.close()


async def test_a_start_deletes_nothing_of_servers_that_are_not_there(
    begin: Begin, server: WireServer, database: RealDatabase
) -> None:
    elsewhere = 1_000_000_000_000_000_001  # gone for good, or another process's, or hidden by an outage: who knows
    raw = Database(database.url)
    assert await raw.replace(elsewhere, None, '{"top_n": 3}')
    running = await begin()
    assert description(await ask(running, {"seed": "It was"}))
    server.drop(resumable=False)
    await server.bot_ready(10)
    await running.stop()
    assert await raw.read(elsewhere) == '{"top_n": 3}'
    await raw.close()
