"""What commands suggest while somebody types."""

from __future__ import annotations

import discord
from discord.app_commands import Choice

from bot.chat.client import Charla

MAX_CHOICES = 25
CHOICE_LIMIT = 100


async def models(interaction: discord.Interaction[Charla], typed: str) -> list[Choice[str]]:
    """The models whose name or description has what is being typed."""
    matching = [
        model
        for model in interaction.client.catalog
        if typed.casefold() in f"{model.name} {model.card.description}".casefold()
    ]
    return [
        Choice(name=f"{model.name} – {model.card.description}"[:CHOICE_LIMIT], value=model.name)
        for model in matching[:MAX_CHOICES]
    ]
