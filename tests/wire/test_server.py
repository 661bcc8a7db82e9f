"""The loopback Discord itself: a small bot of discord.py's own, unmodified, does through it what bots do."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.playground.exchange import Exchange, State
from bot.playground.model import RecordedRequest
from bot.playground.redirect import discord_at
from bot.playground.server import WireServer
from bot.playground.world import Limits
from tests.wire.conftest import contract

Interaction = discord.Interaction[Any]


class Small(commands.AutoShardedBot):
    """A bot with a command for each way to answer."""

    def __init__(self, *, sync: bool = True) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            help_command=None,
            guild_ready_timeout=0.05,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.sync = sync
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.errors: list[Exception] = []
        self.tree.on_error = self.note_error  # type: ignore[method-assign]
        every: list[Any] = [say, think, replace, files, ask_twice, buttons, form, shout]
        for command in every:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        if self.sync:
            await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the wait of 5 s."""

    async def note_error(self, _interaction: Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(error.original if isinstance(error, app_commands.CommandInvokeError) else error)


@app_commands.command(description="Answers at once")
async def say(
    interaction: Interaction, text: str, times: app_commands.Range[int, 1, 9] = 1, private: bool = False
) -> None:
    response = await interaction.response.send_message(text * times, ephemeral=private)
    assert isinstance(response.resource, discord.InteractionMessage)
    assert response.resource.content == text * times


@say.autocomplete("times")
async def suggest(_interaction: Interaction, typed: int | str) -> list[app_commands.Choice[int]]:
    return [app_commands.Choice(name=f"{n} times", value=n) for n in range(1, 10) if str(n).startswith(str(typed))]


@app_commands.command(description="Defers, then edits")
async def think(interaction: Interaction, text: str, private: bool = False) -> None:
    await interaction.response.defer(ephemeral=private, thinking=True)
    await interaction.client.go_on.wait()
    await interaction.edit_original_response(embed=discord.Embed(title="Title", description=text))


@app_commands.command(description="Defers, deletes that, follows up in private")
async def replace(interaction: Interaction, text: str) -> None:
    await interaction.response.defer(thinking=True)
    await interaction.delete_original_response()
    await interaction.followup.send(text, ephemeral=True)


@app_commands.command(description="Sends a file, then one more with the first kept")
async def files(interaction: Interaction) -> None:
    await interaction.response.send_message(file=discord.File(io.BytesIO(b"one"), "1.txt"))
    first = await interaction.original_response()
    assert await first.attachments[0].read() == b"one"
    second = discord.File(io.BytesIO(b"two"), "2.txt")
    await interaction.edit_original_response(attachments=[*first.attachments, second])


@app_commands.command(description="Follows up in place of a defer, then once more")
async def ask_twice(interaction: Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("first")
    await interaction.followup.send("second")
    with pytest.raises(discord.InteractionResponded):
        await interaction.response.send_message("third")


class Buttons(discord.ui.View):
    @discord.ui.button(label="More", custom_id="more")
    async def more(self, interaction: Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content=f"pressed by {interaction.user}")


@app_commands.command(description="Shows a button")
async def buttons(interaction: Interaction) -> None:
    await interaction.response.send_message("press", view=Buttons())


class Form(discord.ui.Modal, title="A form"):
    name: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: Interaction) -> None:
        await interaction.response.send_message(f"Hello {self.name.value}")


@app_commands.command(description="Shows a form")
async def form(interaction: Interaction) -> None:
    await interaction.response.send_modal(Form())


@app_commands.context_menu(name="Shout this")
async def shout(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(message.content.upper())


@dataclass
class Running:
    server: WireServer
    bot: Small


@asynccontextmanager
async def connected(server: WireServer, bot: Small | None = None) -> AsyncIterator[Running]:
    bot = bot or Small()
    async with server:
        with discord_at(server):
            serving = asyncio.create_task(bot.start(server.token))
            ready = asyncio.create_task(server.bot_ready())
            await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                ready.cancel()
                await serving
            await ready
            try:
                yield Running(server, bot)
            finally:
                await bot.close()
                await serving


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    async with connected(WireServer(people=["ana", "ben"])) as running:
        yield running
    assert running.server.violations == []
    known = contract()
    assert [
        problem for request in running.server.requests for problem in (known.problems(request) if known else [])
    ] == []


async def ask(running: Running, command: str, **options: Any) -> Exchange:
    exchange = await running.server.slash(command, options)
    await exchange.settled()
    return exchange


async def test_commands_are_registered_with_all_that_discord_fills_in(running: Running) -> None:
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
async def test_a_command_is_answered_everywhere(running: Running, where: Any) -> None:
    exchange = await running.server.slash("say", {"text": "ha", "times": 3}, user="ben", where=where)
    await exchange.settled()
    assert exchange.text == "hahaha"
    assert exchange.state is State.ANSWERED
    assert exchange.user.name == "ben"
    assert not exchange.deferred
    assert exchange.acknowledged_at is not None
    assert exchange.settled_at is not None
    assert exchange.dispatched_at <= exchange.acknowledged_at <= exchange.settled_at


async def test_autocomplete(running: Running) -> None:
    choices = await running.server.autocomplete("say", {"text": ""}, focused="times", typed="4")
    assert [(choice.name, choice.value) for choice in choices] == [("4 times", 4)]


async def test_a_private_answer(running: Running) -> None:
    assert (await ask(running, "say", text="x", private=True)).private
    assert not (await ask(running, "say", text="x")).private


async def test_a_deferred_answer_keeps_the_audience_of_its_defer(running: Running) -> None:
    running.bot.go_on.clear()
    exchange = await running.server.slash("think", {"text": "slow", "private": True})
    await exchange.acknowledgement()
    assert exchange.state is State.THINKING
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


async def test_a_follow_up_after_the_deferred_message_was_deleted_stands_alone(running: Running) -> None:
    exchange = await ask(running, "replace", text="sorry")
    assert exchange.state is State.DELETED
    assert exchange.message
    assert exchange.message.deleted
    assert [message.content for message in exchange.followups] == ["sorry"]
    assert exchange.private


async def test_the_first_follow_up_fills_a_deferred_message(running: Running) -> None:
    exchange = await ask(running, "ask_twice")
    await until(lambda: bool(exchange.followups))
    assert exchange.message
    assert exchange.message.content == "first"
    assert exchange.private
    assert [message.content for message in exchange.followups] == ["second"]
    assert not exchange.followups[0].private
    assert running.bot.errors == []


async def test_files_are_sent_read_back_and_kept(running: Running) -> None:
    exchange = await ask(running, "files")
    await until(lambda: exchange.edits == 1)
    assert exchange.message
    assert [(file.name, file.text) for file in exchange.message.files] == [("1.txt", "one"), ("2.txt", "two")]


async def test_a_button_a_form_and_a_context_menu(running: Running) -> None:
    shown = await ask(running, "buttons")
    assert shown.message
    pressed = await running.server.press(shown.message, "more", user="ben")
    await pressed.settled()
    assert shown.message.content == "pressed by ben"
    asked = await ask(running, "form")
    assert asked.state is State.MODAL
    submitted = await running.server.submit_modal(asked, {"name": "Ana"})
    await submitted.settled()
    assert submitted.text == "Hello Ana"
    shouted = await running.server.message_command("Shout this", running.server.say("hey", user="ben"))
    await shouted.settled()
    assert shouted.text == "HEY"


async def test_an_expired_token_is_refused_as_discord_does(running: Running) -> None:
    running.bot.go_on.clear()
    exchange = await running.server.slash("think", {"text": "late"})
    await exchange.acknowledgement()
    running.server.expire(exchange)
    running.bot.go_on.set()
    await until(lambda: bool(running.bot.errors))
    (error,) = running.bot.errors
    assert isinstance(error, discord.HTTPException)
    assert (error.status, error.code) == (401, 50027)


async def test_an_interaction_dies_unless_it_is_answered_in_time() -> None:
    async with connected(WireServer(limits=Limits(first_answer_seconds=0.02))) as running:
        running.server.faults.add("POST", "/callback$", delay=0.05)
        await running.server.slash("say", {"text": "late"})
        await until(lambda: bool(running.bot.errors))
        (error,) = running.bot.errors
        assert isinstance(error, discord.NotFound)
        assert error.code == 10062


async def test_a_rate_limit_is_waited_out_on_both_ways_into_discord(running: Running) -> None:
    running.server.faults.add("POST", "/callback$", status=429, retry_after=0.01, times=2)
    assert (await ask(running, "say", text="x")).text == "x"
    running.server.faults.add("GET", "/commands$", status=429, retry_after=0.01)
    await running.bot.tree.fetch_commands()
    assert running.server.faults.pending == 0
    assert [request.status for request in running.server.requests].count(429) == 3


async def test_a_server_error_is_tried_again(running: Running) -> None:
    running.server.faults.add("POST", "/callback$", status=500)
    assert (await ask(running, "say", text="x")).text == "x"


@pytest.mark.parametrize(("drop", "happened"), [("before", False), ("after", True)])
async def test_a_connection_drops_before_or_after_the_request_took_effect(
    running: Running, drop: Any, happened: bool
) -> None:
    running.server.faults.add("POST", "/callback$", drop=drop)
    exchange = await running.server.slash("say", {"text": "x"})
    await until(lambda: bool(running.bot.errors))
    assert isinstance(running.bot.errors[0], aiohttp.ClientConnectionError | OSError)
    assert exchange.acknowledged == happened
    assert running.server.requests[-1].status == 0


async def test_a_second_callback_is_refused(running: Running) -> None:
    exchange = await ask(running, "say", text="x")
    path = f"/interactions/{exchange.id}/{exchange.token}/callback"
    assert await post(running.server, path, {"type": 4, "data": {"content": "y"}}) == (400, 40060)


async def test_nothing_is_to_be_edited_before_the_first_answer(running: Running) -> None:
    running.server.faults.add("POST", "/callback$", drop="before")
    exchange = await running.server.slash("say", {"text": "x"})
    path = f"/webhooks/{running.server.bot.id}/{exchange.token}"
    assert await post(running.server, path, {"content": "y"}) == (404, 10015)
    assert await post(running.server, f"{path}/messages/@original", {"content": "y"}, "PATCH") == (404, 10015)


async def test_a_dropped_shard_resumes_and_gets_what_it_missed(running: Running) -> None:
    await ask(running, "say", text="before")
    running.server.drop()
    exchange = await running.server.slash("say", {"text": "meanwhile"})
    await running.server.resumed()
    await exchange.settled()
    assert exchange.text == "meanwhile"
    assert running.server.identifies == 1


async def test_a_forgotten_session_identifies_again(running: Running) -> None:
    running.server.drop(resumable=False)
    await running.server.bot_ready(10)
    assert running.server.identifies == 2
    assert (await ask(running, "say", text="again")).text == "again"


async def test_several_shards_and_servers() -> None:
    async with connected(WireServer(guilds=4, shards=2)) as running:
        assert sorted(session.shard for session in running.server.sessions) == [0, 1]
        await until(lambda: len(running.bot.guilds) == 4)
        assert (await ask(running, "say", text="x")).text == "x"


async def test_without_servers_there_are_direct_messages() -> None:
    async with connected(WireServer(guilds=0)) as running:
        assert not running.bot.guilds
        with pytest.raises(ValueError, match="no server"):
            await running.server.slash("say", {"text": "x"})
        exchange = await running.server.slash("say", {"text": "x"}, where="dm")
        await exchange.settled()


async def test_five_hundred_at_once() -> None:
    async with connected(WireServer()) as running:
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


OPTION = {"name": "a", "description": "d", "type": 3}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "Upper"}, "name is invalid"),
        ({"name": "has blank"}, "name is invalid"),
        ({"name": "x" * 33}, "name is invalid"),
        ({"description": ""}, "between 1 and 100"),
        ({"description": "x" * 101}, "between 1 and 100"),
        ({"options": [{**OPTION, "name": f"o{n}"} for n in range(26)]}, "25 or fewer"),
        ({"options": [OPTION, OPTION]}, "used already"),
        ({"options": [OPTION, {**OPTION, "name": "b", "required": True}]}, "before non-required"),
        ({"options": [{**OPTION, "description": ""}]}, "between 1 and 100"),
        ({"options": [{**OPTION, "choices": [{"name": f"{n}", "value": f"{n}"} for n in range(26)]}]}, "25 or fewer"),
        ({"options": [{**OPTION, "choices": [{"name": "n", "value": 1}]}]}, "interpret as a string"),
        (
            {"options": [{**OPTION, "choices": [{"name": "n", "value": "1"}], "autocomplete": True}]},
            "cannot both be given",
        ),
        ({"options": [{**OPTION, "type": 4, "min_value": 5, "max_value": 4}]}, "below the minimum"),
        ({"options": [{**OPTION, "type": 4, "max_value": 2**53 + 1}]}, "should be between"),
        ({"options": [{**OPTION, "min_value": 5}]}, "does not fit the type"),
        ({"options": [{**OPTION, "min_length": 6001}]}, "should be between"),
    ],
)
async def test_commands_that_discord_would_refuse(change: dict[str, Any], problem: str) -> None:
    async with WireServer() as server:
        path = f"/applications/{server.bot.id}/commands"
        command = {"name": "fine", "description": "Fine"}
        assert await post(server, path, [command], "PUT") == (200, None)
        assert server.violations == []
        assert await post(server, path, [command | change], "PUT") == (400, 50035)
        assert problem in server.violations[0]
        assert [known["name"] for known in server.commands] == ["fine"]


async def test_command_creations_are_counted_by_the_day() -> None:
    async with WireServer(limits=Limits(commands_a_day=2)) as server:
        path = f"/applications/{server.bot.id}/commands"
        for _ in range(3):
            assert await post(server, path, {"name": "one", "description": "d"}) in {(200, None), (201, None)}
        assert await post(server, path, {"name": "two", "description": "d"}) == (201, None)
        assert await post(server, path, {"name": "three", "description": "d"}) == (400, 30034)


ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "L", "custom_id": "c"}]}


@pytest.mark.parametrize(
    ("body", "code", "problem"),
    [
        ({"content": "x" * 2001}, 50035, "content: Must be 2000"),
        ({"content": " "}, 50006, "empty message"),
        ({"embeds": [{}]}, 50006, "empty message"),
        ({"embeds": [{"title": "x" * 257}]}, 50035, "embeds.0.title: Must be 256"),
        ({"embeds": [{"description": "x" * 4097}]}, 50035, "description: Must be 4096"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, 50035, "footer.text: Must be 2048"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, 50035, "fields: Must be 25"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, 50035, "between 1 and 256"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, 50035, "maximum size of 6000"),
        ({"components": [ROW] * 6}, 50035, "Must be 5"),
        ({"components": [ROW, ROW]}, 50035, "cannot be duplicated"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "custom_id": "x" * 101, "label": "l"}]}]},
            50035,
            "100",
        ),
        ({"components": [{"type": 1, "components": [{"type": 2, "custom_id": "x"}]}]}, 50035, "label or emoji"),
        ([], 50035, "Only dictionaries"),
    ],
)
async def test_messages_that_discord_would_refuse(body: Any, code: int, problem: str) -> None:
    async with WireServer() as server:
        path = f"/channels/{server.guilds[0].channel_id}/messages"
        assert await post(server, path, body) == (400, code)
        assert problem in server.violations[0]


async def test_a_file_over_the_limit_is_refused() -> None:
    async with WireServer(limits=Limits(attachment_bytes=10)) as server:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", '{"content": "x"}', content_type="application/json")
        form.add_field("files[0]", b"x" * 11, filename="a.txt")
        path = f"/channels/{server.guilds[0].channel_id}/messages"
        assert await post(server, path, form) == (413, 40005)
        assert "a.txt has more than 10 bytes" in server.violations[0]


async def test_suggestions_that_discord_would_refuse() -> None:
    async with connected(WireServer()) as running:
        exchange = await running.server._act(
            4, {"name": "say", "options": [{"name": "times", "type": 4, "focused": True}]}, None, "guild"  # type: ignore[arg-type]
        )  # fmt: skip
        path = f"/interactions/{exchange.id}/{exchange.token}/callback"
        for choices in ([{"name": "", "value": 1}], [{"name": "n", "value": "no"}], [{"name": "n", "value": 1}] * 26):
            assert await post(running.server, path, {"type": 8, "data": {"choices": choices}}) == (400, 50035)
        assert await post(running.server, path, {"type": 4, "data": {"content": "x"}}) == (400, 50035)


async def test_what_the_server_does_not_know_is_a_violation() -> None:
    async with WireServer() as server:
        assert await post(server, "/somewhere/else", {}, "PATCH") == (404, 0)
        assert server.violations == ["PATCH /somewhere/else: 404: Not Found"]


def test_the_contract_sees_what_does_not_fit() -> None:
    known = contract()
    if known is None:
        pytest.skip("Discord's description of its API is not on this machine")
    path = "/webhooks/1/token/messages/@original"
    fine = RecordedRequest("PATCH", path, body={"content": "x", "attachments": [{"id": 0, "filename": "a"}]})
    assert known.knows(fine)
    assert known.problems(fine) == []
    assert known.problems(RecordedRequest("PATCH", path, body={"content": 5}))
    assert known.problems(RecordedRequest("POST", "/interactions/1/token/callback", body={"type": "x"}))
    assert not known.knows(RecordedRequest("PATCH", "/unknown", body={}))


async def post(server: WireServer, path: str, body: Any, method: str = "POST") -> tuple[int, int | None]:
    """Status, and Discord's code if it is an error."""
    headers = {"Authorization": f"Bot {server.token}"}
    kind = "data" if isinstance(body, aiohttp.FormData) else "json"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{server.url}/api/v10{path}", **{kind: body}) as response,
    ):
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["Via"]
        answer = await response.json()
        return response.status, answer["code"] if response.status >= 400 else None


async def until(condition: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what it waits for is anything at all
            await asyncio.sleep(0.005)


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
