"""What is suggested while somebody types an option."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.generation.model import Model

MAX_CHOICES = 25
LONGEST_CHOICE = 100


def suggest_models(models: Iterable[Model], typed: str, before: str = "") -> list[Choice[str]]:
    """The models whose name or description has what is being typed, as values that begin with `before`."""
    matching = [model for model in models if typed.casefold() in f"{model.name} {model.card.description}".casefold()]
    return [
        Choice(name=f"{before}{model.name} – {model.card.description}"[:LONGEST_CHOICE], value=f"{before}{model.name}")
        for model in matching[:MAX_CHOICES]
        if len(before) + len(model.name) <= LONGEST_CHOICE
    ]
