"""Suggest models while a person types a command."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.generation.model import Model

MAX_CHOICES = 25
"""Suggestions that Discord shows at most."""
CHOICE_LIMIT = 100
"""Characters that a suggestion's name and its value may have."""


def suggest_models(models: Iterable[Model], typed: str, before: str = "") -> list[Choice[str]]:
    """Return the models whose name or description has what is being typed, as values that begin with `before`."""
    found = [model for model in models if typed.casefold() in f"{model.name} {model.card.description}".casefold()]
    return [
        Choice(name=f"{before}{model.name} – {model.card.description}"[:CHOICE_LIMIT], value=f"{before}{model.name}")
        for model in found[:MAX_CHOICES]
        if len(before) + len(model.name) <= CHOICE_LIMIT
    ]
