"""Suggest values while a person types a command, and offer them in the selects of a form."""

from __future__ import annotations

from collections.abc import Iterable

from discord import SelectOption
from discord.app_commands import Choice

from bot.chat.markup import shorten, well_formed
from bot.chat.policy import Policy
from bot.generation.model import Model

MAX_CHOICES = 25
"""Suggestions that Discord shows at most, and options that a select has at most."""
CHOICE_LIMIT = 100
"""Characters that a suggestion's name and its value may have, and those of an option."""

TOP_N_MEANINGS = {1: "greedy: always the likeliest", 3: "coherent", 5: "lively", 10: "adventurous"}
OFFERED_TOP_NS = (1, 2, 3, 5, 10, 20, 50)
"""Those that a form offers, beside what holds where none is named."""
LEFT_OUT = "advised"
"""The value of the option that names no top-n: an option's value cannot be empty."""
NOT_HERE = "may not be used here, or is gone"


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


def model_options(policy: Policy, current: str) -> list[SelectOption]:
    """Return the models that a select offers: all that may be asked for, as far as there is room.

    The one in force comes first, allowed or not, so that nobody gets another without having chosen it; then the
    default, then those whose card has a line that they write, as those are there to be asked.
    """
    named = [model for model in policy.models if len(model.name) <= CHOICE_LIMIT]
    named.sort(key=lambda m: (m.name != current, m is not policy.default_model, not m.card.use.example))
    options = [_option(model.name, model.card.use.example or model.card.description, current) for model in named]
    if current and current not in {model.name for model in named}:
        options.insert(0, _option(current[:CHOICE_LIMIT], NOT_HERE, current))
    return options[:MAX_CHOICES]


def top_n_options(policy: Policy, current: str) -> list[SelectOption]:
    """Return the top-n that a select offers; `current` is the one in force as it was typed, empty where none was."""
    typed = "".join(filter(str.isprintable, well_formed(current))).strip()[:CHOICE_LIMIT]
    left_out = f"As usual here: top-n {policy.top_n}" if policy.top_n else "As the voice's card advises"
    offered = list(map(str, OFFERED_TOP_NS))
    if typed and typed not in offered:
        offered.append(typed)
        offered.sort(key=lambda top_n: int(top_n) if top_n.isdecimal() else 0)
    meanings = {str(top_n): meaning for top_n, meaning in TOP_N_MEANINGS.items()}
    named = [SelectOption(label=n, value=n, description=meanings.get(n), default=n == typed) for n in offered]
    return [SelectOption(label=left_out, value=LEFT_OUT, default=not typed), *named]


def _option(name: str, description: str, current: str) -> SelectOption:
    said = shorten(" ".join(description.split()), CHOICE_LIMIT) or None
    return SelectOption(label=name, value=name, description=said, default=name == current[:CHOICE_LIMIT])
