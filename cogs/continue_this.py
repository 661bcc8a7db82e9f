"""*Continue this*, in the menu of every message: the message is the seed."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.chat.client import Charla
from bot.chat.read_message import ask_to_write_on
from bot.chat.reply import Reply


class ContinueThis(commands.Cog):
    """The menu's entry. Discord sends the message along, so no intent to read messages is needed."""

    def __init__(self, bot: Charla) -> None:
        self._bot = bot
        self._menu = app_commands.ContextMenu(name="Continue this", callback=self.continue_this)

    async def cog_load(self) -> None:
        """Add the menu's entry: discord.py has no decorator for one within a cog."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Remove the menu's entry."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    async def continue_this(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Write on from a message."""
        ask = ask_to_write_on(message, ours=message.author == self._bot.user)
        await self._bot.responder.answer(Reply.of(interaction), ask)


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(ContinueThis(bot))
