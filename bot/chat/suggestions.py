"""Suggest models while a person types a command."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.chat.markup import shorten
from bot.generation.model import Model

MAX_CHOICES = 25
"""Suggestions that Discord shows at most."""
CHOICE_LIMIT = 100
"""Characters that a suggestion's name and its value may have."""


def suggest_models(models: Iterable[Model], typed: str, before: str = "") -> list[Choice[str]]:
    """Return the models whose name or description has what is being typed, as values that begin with `before`.

    Each is shown with a line that it writes, or with its description where its card has none.
    """
    found = [model for model in models if typed.casefold() in f"{model.name} {model.card.description}".casefold()]
    return [
        Choice(
            name=shorten(f"{before}{model.name} – {model.card.use.example or model.card.description}", CHOICE_LIMIT),
            value=f"{before}{model.name}",
        )
        for model in found[:MAX_CHOICES]
        if len(before) + len(model.name) <= CHOICE_LIMIT
    ]
