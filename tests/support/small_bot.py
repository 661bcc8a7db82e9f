"""Connect a small bot, discord.py's own and unmodified, with a command for each way to answer."""

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

from playground.wire.redirect import discord_at
from playground.wire.server import WireServer

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

    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction: Interaction, _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Form())


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
class RunningSmallBot:
    server: WireServer
    bot: Small


@asynccontextmanager
async def connect_small_bot(server: WireServer, bot: Small | None = None) -> AsyncIterator[RunningSmallBot]:
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
                yield RunningSmallBot(server, bot)
            finally:
                await bot.close()
                await serving


async def post(server: WireServer, path: str, body: Any, method: str = "POST") -> tuple[int, int | None]:
    """Send a request as the bot would; return its status, and Discord's code if it is an error."""
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
