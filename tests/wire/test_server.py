"""The loopback Discord itself: a small bot of discord.py's own, unmodified, does through it what bots do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest

from playground.wire.exchange import Exchange, InteractionState
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.small_bot import RunningSmallBot, Small, connect_small_bot, post
from tests.support.waiting import wait_until
from tests.support.wire_contract import wire_problems

LONG_SECONDS = 120.0


@pytest.fixture
async def running() -> AsyncIterator[RunningSmallBot]:
    async with connect_small_bot(WireServer(people=["ana", "ben"])) as running:
        yield running
    assert running.server.violations == []
    assert wire_problems(running.server) == []


async def ask(running: RunningSmallBot, command: str, **options: Any) -> Exchange:
    exchange = await running.server.slash(command, options)
    await exchange.settled()
    return exchange


async def test_commands_are_registered_with_all_that_discord_fills_in(running: RunningSmallBot) -> None:
    registered = {command["name"]: command for command in running.server.commands}
    assert list(registered) == ["say", "think", "replace", "files", "ask_twice", "buttons", "form", "Shout this"]
    say = registered["say"]
    assert say["nsfw"] is False
    assert say["default_member_permissions"] is None
    assert say["name_localizations"] is None
    assert say["contexts"] == [0, 1, 2]
    assert say["application_id"] == str(running.server.bot.id)
    assert [option["name"] for option in say["options"]] == ["text", "times", "private"]
    (fetched, *_) = await running.bot.tree.fetch_commands()
    assert fetched.id == int(say["id"])
    again = await running.bot.tree.sync()
    assert [command.id for command in again] == [int(command["id"]) for command in running.server.commands]


@pytest.mark.parametrize("where", ["guild", "dm", "user-install", "elsewhere"])
async def test_a_command_is_answered_everywhere(running: RunningSmallBot, where: Any) -> None:
    exchange = await running.server.slash("say", {"text": "ha", "times": 3}, user="ben", where=where)
    await exchange.settled()
    assert exchange.text == "hahaha"
    assert exchange.state is InteractionState.ANSWERED
    assert exchange.user.name == "ben"
    assert not exchange.deferred
    assert exchange.acknowledged_at is not None
    assert exchange.settled_at is not None
    assert exchange.dispatched_at <= exchange.acknowledged_at <= exchange.settled_at


async def test_autocomplete(running: RunningSmallBot) -> None:
    choices = await running.server.autocomplete("say", {"text": ""}, focused="times", typed="4")
    assert [(choice.name, choice.value) for choice in choices] == [("4 times", 4)]


async def test_a_private_answer(running: RunningSmallBot) -> None:
    assert (await ask(running, "say", text="x", private=True)).private
    assert not (await ask(running, "say", text="x")).private


async def test_a_deferred_answer_keeps_the_audience_of_its_defer(running: RunningSmallBot) -> None:
    running.bot.go_on.clear()
    exchange = await running.server.slash("think", {"text": "slow", "private": True})
    await exchange.acknowledgement()
    assert exchange.state is InteractionState.THINKING
    assert exchange.deferred
    assert exchange.settled_at is None
    with pytest.raises(TimeoutError, match="thinking"):
        await exchange.settled(0.02)
    running.bot.go_on.set()
    await exchange.settled()
    assert exchange.private
    assert exchange.edits == 1
    assert exchange.message
    assert exchange.message.embeds[0]["title"] == "Title"


async def test_a_follow_up_after_the_deferred_message_was_deleted_stands_alone_unless_the_server_is_strict() -> None:
    async with connect_small_bot(WireServer(limits=Limits(strict=False))) as running:
        exchange = await ask(running, "replace", text="sorry")
        assert exchange.state is InteractionState.DELETED
        assert exchange.message
        assert exchange.message.deleted
        assert [message.content for message in exchange.followups] == ["sorry"]
        assert exchange.private
    async with connect_small_bot(WireServer(limits=Limits(strict=True))) as running:
        exchange = await running.server.slash("replace", {"text": "sorry"})
        await wait_until(lambda: bool(running.bot.errors))
        (error,) = running.bot.errors
        assert isinstance(error, discord.NotFound)
        assert error.code == 10008
        assert exchange.followups == []


async def test_the_first_follow_up_fills_a_deferred_message(running: RunningSmallBot) -> None:
    exchange = await ask(running, "ask_twice")
    await wait_until(lambda: bool(exchange.followups))
    assert exchange.message
    assert exchange.message.content == "first"
    assert exchange.private
    assert [message.content for message in exchange.followups] == ["second"]
    assert not exchange.followups[0].private
    assert running.bot.errors == []


async def test_files_are_sent_read_back_and_kept(running: RunningSmallBot) -> None:
    exchange = await ask(running, "files")
    await wait_until(lambda: exchange.edits == 1)
    assert exchange.message
    assert [(file.name, file.text) for file in exchange.message.files] == [("1.txt", "one"), ("2.txt", "two")]


async def test_a_button_a_form_and_a_context_menu(running: RunningSmallBot) -> None:
    shown = await ask(running, "buttons")
    assert shown.message
    pressed = await running.server.press(shown.message, "more", user="ben")
    await pressed.settled()
    assert shown.message.content == "pressed by ben"
    asked = await ask(running, "form")
    assert asked.state is InteractionState.MODAL
    submitted = await running.server.submit_modal(asked, {"name": "Ana"})
    await submitted.settled()
    assert submitted.text == "Hello Ana"
    shouted = await running.server.message_command("Shout this", running.server.say("hey", user="ben"))
    await shouted.settled()
    assert shouted.text == "HEY"


async def test_white_space_around_texts_is_trimmed_and_a_press_is_answered_by_a_reply(running: RunningSmallBot) -> None:
    exchange = await ask(running, "say", text=" \n x ")
    assert exchange.text == "x"
    titled = await ask(running, "think", text=" \u200b y ")
    assert titled.text == "\u200b y"
    shown = await ask(running, "buttons")
    assert shown.message
    with pytest.raises(ValueError, match="no button 'Less'; it has"):
        await running.server.press_label(shown.message, "Less")
    pressed = await running.server.press_label(shown.message, "Form")
    assert pressed.message is None or pressed.message is shown.message
    await pressed.settled()
    submitted = await running.server.submit_modal(pressed, {"name": "Ana"})
    await submitted.settled()
    assert submitted.message
    assert submitted.message.replies_to == shown.message.id


async def test_an_expired_token_is_refused_as_discord_does(running: RunningSmallBot) -> None:
    running.bot.go_on.clear()
    exchange = await running.server.slash("think", {"text": "late"})
    await exchange.acknowledgement()
    running.server.expire(exchange)
    running.bot.go_on.set()
    await wait_until(lambda: bool(running.bot.errors))
    (error,) = running.bot.errors
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)


async def test_an_interaction_dies_unless_it_is_answered_in_time() -> None:
    async with connect_small_bot(WireServer(limits=Limits(first_answer_seconds=0.02))) as running:
        running.server.faults.add("POST", "/callback$", delay=0.05)
        await running.server.slash("say", {"text": "late"})
        await wait_until(lambda: bool(running.bot.errors))
        (error,) = running.bot.errors
        assert isinstance(error, discord.NotFound)
        assert error.code == 10062


async def test_a_rate_limit_is_waited_out_on_both_ways_into_discord(running: RunningSmallBot) -> None:
    running.server.faults.add("POST", "/callback$", status=429, retry_after=0.01, times=2)
    assert (await ask(running, "say", text="x")).text == "x"
    running.server.faults.add("GET", "/commands$", status=429, retry_after=0.01)
    await running.bot.tree.fetch_commands()
    assert running.server.faults.pending == 0
    assert [request.status for request in running.server.requests].count(429) == 3


async def test_a_server_error_is_tried_again(running: RunningSmallBot) -> None:
    running.server.faults.add("POST", "/callback$", status=500)
    assert (await ask(running, "say", text="x")).text == "x"


@pytest.mark.parametrize(("drop", "happened"), [("before", False), ("after", True)])
async def test_a_connection_drops_before_or_after_the_request_took_effect(
    running: RunningSmallBot, drop: Any, happened: bool
) -> None:
    running.server.faults.add("POST", "/callback$", drop=drop)
    exchange = await running.server.slash("say", {"text": "x"})
    await wait_until(lambda: bool(running.bot.errors))
    assert isinstance(running.bot.errors[0], aiohttp.ClientConnectionError | OSError)
    assert exchange.acknowledged == happened
    assert running.server.requests[-1].status == 0


async def test_a_second_callback_is_refused(running: RunningSmallBot) -> None:
    exchange = await ask(running, "say", text="x")
    path = f"/interactions/{exchange.id}/{exchange.token}/callback"
    assert await post(running.server, path, {"type": 4, "data": {"content": "y"}}) == (400, 40060)


async def test_nothing_is_to_be_edited_before_the_first_answer(running: RunningSmallBot) -> None:
    running.server.faults.add("POST", "/callback$", drop="before")
    exchange = await running.server.slash("say", {"text": "x"})
    path = f"/webhooks/{running.server.bot.id}/{exchange.token}"
    assert await post(running.server, path, {"content": "y"}) == (404, 10015)
    assert await post(running.server, f"{path}/messages/@original", {"content": "y"}, "PATCH") == (404, 10015)


async def test_a_dropped_shard_resumes_and_gets_what_it_missed(running: RunningSmallBot) -> None:
    await ask(running, "say", text="before")
    running.server.drop()
    exchange = await running.server.slash("say", {"text": "meanwhile"})
    await running.server.resumed()
    await exchange.settled()
    assert exchange.text == "meanwhile"
    assert running.server.identifies == 1


async def test_a_forgotten_session_identifies_again(running: RunningSmallBot) -> None:
    running.server.allow_identify()
    running.server.drop(resumable=False)
    await running.server.bot_ready(LONG_SECONDS)  # how long it takes is for discord.py to draw, and for the machine
    assert running.server.identifies == 2
    exchange = await running.server.slash("say", {"text": "again"})
    await exchange.settled(LONG_SECONDS)
    assert exchange.text == "again"


async def test_several_shards_and_servers() -> None:
    async with connect_small_bot(WireServer(guilds=4, shards=2, limits=Limits(identify_seconds=0))) as running:
        assert sorted(session.shard for session in running.server.sessions) == [0, 1]
        await wait_until(lambda: len(running.bot.guilds) == 4)
        assert (await ask(running, "say", text="x")).text == "x"


async def test_without_servers_there_are_direct_messages() -> None:
    async with connect_small_bot(WireServer(guilds=0)) as running:
        assert not running.bot.guilds
        with pytest.raises(ValueError, match="no server"):
            await running.server.slash("say", {"text": "x"})
        exchange = await running.server.slash("say", {"text": "x"}, where="dm")
        await exchange.settled()


async def test_five_hundred_at_once() -> None:
    async with connect_small_bot(
        WireServer(limits=Limits(first_answer_seconds=30))
    ) as running:  # on a busy machine, too
        asked = [await running.server.slash("think", {"text": str(number)}) for number in range(500)]
        await asyncio.gather(*(exchange.settled(30) for exchange in asked))
        assert [exchange.text for exchange in asked] == [str(number) for number in range(500)]


async def test_a_wrong_token_is_refused() -> None:
    server = WireServer()
    async with server:
        with discord_at(server):
            bot = Small()
            with pytest.raises(discord.LoginFailure):
                await bot.start("wrong")
            await bot.close()


@dataclass
class Elsewhere:
    url: str


def test_a_bot_is_sent_nowhere_but_to_this_machine() -> None:
    for url in ("https://discord.com", "http://192.0.2.1:80", "http://localhost.example:80", "http://localhost:1"):
        with pytest.raises(ValueError, match="loopback"), discord_at(Elsewhere(url)):
            pass
    before = discord.http.Route.BASE
    with discord_at(Elsewhere("http://127.0.0.1:9")):
        assert discord.http.Route.BASE == "http://127.0.0.1:9/api/v10"
        assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:9/gateway"
    assert before == discord.http.Route.BASE


async def test_the_server_ends_although_a_bot_is_still_connected() -> None:
    bot, server = Small(), WireServer()
    with discord_at(Elsewhere("http://127.0.0.1:9")):  # so that the bot, left alone, still stays on this machine
        async with server:
            with discord_at(server):
                serving = asyncio.create_task(bot.start(server.token))
                await server.bot_ready()
        serving.cancel()
        await asyncio.wait({serving})
        await bot.close()
