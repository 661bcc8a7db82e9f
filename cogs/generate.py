"""`/generate`: a seed in, text in the channel."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.chat import suggestions
from bot.chat.answering import answer
from bot.chat.asking import DEFAULT_LENGTH, MAX_TYPED_SEED, Options, prepare
from bot.chat.client import Charla
from bot.chat.rules import rules_of
from bot.generation.request import MAX_COUNT, MAX_RANDOM_SEED
from bot.settings import MAX_LENGTH

LONGEST_NUMBER = 15
"""Digits of a number that every client of Discord carries exactly."""

TOP_N_MEANINGS = {1: "greedy: always the likeliest", 3: "coherent", 5: "lively", 10: "adventurous"}


class Generate(commands.Cog):
    """The command that the bot is there for."""

    def __init__(self, bot: Charla) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(
        seed="What the text starts with (left out: one of the model's own)",
        top_n="How many of the likeliest characters to choose from, each time (left out: what suits the model)",
        length=f"How many characters to write at the most ({DEFAULT_LENGTH})",
        count="How many different texts to write from the seed (1)",
        model="Who writes",
        random_seed="The same number gives the same text again",
        private="Only you see the answer",
    )
    @app_commands.autocomplete(model=suggestions.models)
    async def generate(  # noqa: PLR0913 - an option each
        self,
        interaction: discord.Interaction[Charla],
        seed: Range[str, 1, MAX_TYPED_SEED] | None = None,
        top_n: Range[int, 1] | None = None,
        length: Range[int, 1, MAX_LENGTH] | None = None,
        count: Range[int, 1, MAX_COUNT] | None = None,
        model: str | None = None,
        random_seed: Range[int, 0, MAX_RANDOM_SEED] | None = None,
        private: bool = False,
    ) -> None:
        """Let a neural network write on from your words, one character at a time"""  # noqa: D415 - shown by Discord
        options = Options(
            seed=seed,
            top_n=top_n,
            length=length,
            count=count,
            model=model,
            random_seed=random_seed,
            private=private,
        )
        await answer(interaction, [await prepare(interaction, options)])

    @generate.autocomplete("top_n")
    async def suggest_top_n(self, interaction: discord.Interaction[Charla], typed: int | str) -> list[Choice[int]]:
        """What a few values do, or what is being typed."""
        rules, named = await rules_of(interaction), interaction.namespace.model
        model = next((model for model in rules.models if model.name == named), rules.default_model)
        meanings = {**TOP_N_MEANINGS, len(model.vocabulary): "all: anything the model thinks possible"}
        number = int(typed) if str(typed).isdecimal() and len(str(typed)) <= LONGEST_NUMBER else 0
        if number >= 1:
            meanings = {number: meanings.get(number, "your own choice"), **meanings}
        matching = [n for n in meanings if str(n).startswith(str(typed))]
        return [Choice(name=f"{n} – {meanings[n]}", value=n) for n in matching or meanings]


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file."""
    await bot.add_cog(Generate(bot))
