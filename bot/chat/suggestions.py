"""What commands suggest while somebody types."""

from __future__ import annotations

from collections.abc import Iterable

import discord
from discord.app_commands import Choice

from bot.chat.client import Charla
from bot.chat.rules import rules_of
from bot.generation.model import Model

MAX_CHOICES = 25
CHOICE_LIMIT = 100


async def models(interaction: discord.Interaction[Charla], typed: str) -> list[Choice[str]]:
    """Those models that may be asked for here whose name or description has what is being typed."""
    return matching((await rules_of(interaction)).models, typed)


def matching(models: Iterable[Model], typed: str, before: str = "") -> list[Choice[str]]:
    """The models whose name or description has what is being typed, as values that begin with `before`."""
    found = [model for model in models if typed.casefold() in f"{model.name} {model.card.description}".casefold()]
    return [
        Choice(name=f"{before}{model.name} – {model.card.description}"[:CHOICE_LIMIT], value=f"{before}{model.name}")
        for model in found[:MAX_CHOICES]
        if len(before) + len(model.name) <= CHOICE_LIMIT
    ]
