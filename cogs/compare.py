"""`/compare`: one seed at several top-n, side by side."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.chat.ask import Ask
from bot.chat.client import Charla
from bot.chat.comparison import TOP_NS
from bot.chat.policy import Policies
from bot.chat.reply import Reply
from bot.chat.respond import Responder
from bot.chat.suggestions import suggest_models
from bot.limits import COMPARE_LENGTH, MAX_COMPARE_LENGTH, MAX_RANDOM_SEED, MAX_TYPED_SEED


class Compare(commands.Cog):
    """The command that shows what top-n does."""

    def __init__(self, responder: Responder, policies: Policies) -> None:
        self._responder = responder
        self._policies = policies

    @app_commands.command()
    @app_commands.describe(
        seed="What the texts start with (left out: one of the model's own)",
        length=f"How many characters to write at most, each time ({COMPARE_LENGTH})",
        model="Who writes",
        random_seed="The same number gives the same texts again",
        private="Only you see the answer",
    )
    async def compare(
        self,
        interaction: discord.Interaction,
        seed: Range[str, 1, MAX_TYPED_SEED] | None = None,
        length: Range[int, 1, MAX_COMPARE_LENGTH] | None = None,
        model: str | None = None,
        random_seed: Range[int, 0, MAX_RANDOM_SEED] | None = None,
        private: bool = False,
    ) -> None:
        """One seed at top-n 1, 2, 3, 5, 10 and all, side by side"""  # noqa: D415 - shown by Discord
        ask = Ask(
            seed=seed,
            length=length,
            model=model,
            random_seed=random_seed,
            private=private,
            max_length=MAX_COMPARE_LENGTH,
            default_length=COMPARE_LENGTH,
        )
        await self._responder.compare(Reply.of(interaction), ask, TOP_NS)

    @compare.autocomplete("model")
    async def suggest_model(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        """Suggest the models that may be asked for here whose name or description has what is being typed."""
        return suggest_models((await self._policies.look_up(interaction)).models, typed)


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(Compare(bot.responder, bot.policies))
