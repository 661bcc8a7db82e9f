"""*Continue this*, in the menu of every message: what it says is the seed."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.answering import answer
from bot.chat.asking import prepare
from bot.chat.client import Charla
from bot.chat.continuing import on_from


class ContinueThis(commands.Cog):
    """The menu's entry. It is handed the message with the press, so no intent to read messages is needed."""

    def __init__(self, bot: Charla) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name="Continue this", callback=self.continue_this)

    async def cog_load(self) -> None:
        """discord.py has no decorator for a menu within a cog."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Undo `cog_load`."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def continue_this(self, interaction: discord.Interaction[Charla], message: discord.Message) -> None:
        """Write on from a message."""
        options = await on_from(interaction, message)
        await answer(interaction, [await prepare(interaction, options)])


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file."""
    await bot.add_cog(ContinueThis(bot))
