"""`/generate`: a seed in, text in the channel."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.chat.ask import Ask
from bot.chat.client import Charla
from bot.chat.policy import Policies
from bot.chat.reply import Reply
from bot.chat.respond import Responder
from bot.chat.suggestions import TOP_N_MEANINGS, suggest_models
from bot.limits import DEFAULT_LENGTH, MAX_COUNT, MAX_DIGITS, MAX_LENGTH, MAX_RANDOM_SEED, MAX_TYPED_SEED


class Generate(commands.Cog):
    """The command that the bot is there for."""

    def __init__(self, responder: Responder, policies: Policies) -> None:
        self._responder = responder
        self._policies = policies

    @app_commands.command()
    @app_commands.describe(
        seed="What the text starts with (left out: one of the model's own)",
        top_n="How many of the likeliest characters to choose from, each time (left out: what suits the model)",
        length=f"How many characters to write at most ({DEFAULT_LENGTH})",
        count="How many different texts to write from the seed (1)",
        model="Who writes",
        random_seed="The same number gives the same text again",
        private="Only you see the answer",
    )
    async def generate(  # noqa: PLR0913 - an option each
        self,
        interaction: discord.Interaction,
        seed: Range[str, 1, MAX_TYPED_SEED] | None = None,
        top_n: Range[int, 1] | None = None,
        length: Range[int, 1, MAX_LENGTH] | None = None,
        count: Range[int, 1, MAX_COUNT] | None = None,
        model: str | None = None,
        random_seed: Range[int, 0, MAX_RANDOM_SEED] | None = None,
        private: bool = False,
    ) -> None:
        """Let a neural network write on from your words, one character at a time"""  # noqa: D415 - shown by Discord
        ask = Ask(
            seed=seed,
            top_n=top_n,
            length=length,
            count=count,
            model=model,
            random_seed=random_seed,
            private=private,
        )
        await self._responder.answer(Reply.of(interaction), ask)

    @generate.autocomplete("model")
    async def suggest_model(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the models that may be asked for here whose name or description has what is being typed."""
        return suggest_models((await self._policies.look_up(interaction)).models, typed)

    @generate.autocomplete("top_n")
    async def suggest_top_n(self, interaction: discord.Interaction, typed: int | str) -> list[Choice[int]]:
        """Suggest a few values with what they do, and what is being typed."""
        policy, named = await self._policies.look_up(interaction), interaction.namespace.model
        model = next((model for model in policy.models if model.name == named), policy.default_model)
        meanings = {**TOP_N_MEANINGS, len(model.vocabulary): "all: anything the model thinks possible"}
        number = int(typed) if str(typed).isdecimal() and len(str(typed)) <= MAX_DIGITS else 0
        if number >= 1:
            meanings = {number: meanings.get(number, "your own choice"), **meanings}
        matching = [n for n in meanings if str(n).startswith(str(typed))]
        return [Choice(name=f"{n} – {meanings[n]}", value=n) for n in matching or meanings]


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(Generate(bot.responder, bot.policies))
