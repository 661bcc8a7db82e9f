"""`/compare`: one seed at several top-n, side by side."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands
from discord.app_commands import Range
from discord.ext import commands

from bot.chat import suggestions
from bot.chat.answering import answer
from bot.chat.asking import MAX_TYPED_SEED, Options, prepare
from bot.chat.client import Charla
from bot.chat.rendering import render_comparison
from bot.generation.request import MAX_RANDOM_SEED

TOP_NS = (1, 2, 3, 5, 10)
MAX_LENGTH = 300
"""So that six texts fit into one embed, were each of their characters escaped."""
DEFAULT_LENGTH = 150


class Compare(commands.Cog):
    """The command that shows what top-n does."""

    @app_commands.command()
    @app_commands.describe(
        seed="What the texts start with (left out: one of the model's own)",
        length=f"How many characters to write at the most, each time ({DEFAULT_LENGTH})",
        model="Who writes",
        random_seed="The same number gives the same texts again",
        private="Only you see the answer",
    )
    @app_commands.autocomplete(model=suggestions.models)
    async def compare(
        self,
        interaction: discord.Interaction[Charla],
        seed: Range[str, 1, MAX_TYPED_SEED] | None = None,
        length: Range[int, 1, MAX_LENGTH] | None = None,
        model: str | None = None,
        random_seed: Range[int, 0, MAX_RANDOM_SEED] | None = None,
        private: bool = False,
    ) -> None:
        """One seed at top-n 1, 2, 3, 5, 10 and all, side by side"""  # noqa: D415 - shown by Discord
        options = Options(
            seed=seed,
            top_n=TOP_NS[0],
            length=length,
            model=model,
            random_seed=random_seed,
            private=private,
            longest=MAX_LENGTH,
            usual_length=DEFAULT_LENGTH,
        )
        first = await prepare(interaction, options)
        rest = (*TOP_NS[1:], len(first.model.vocabulary))
        # All by the rules that held for the first: they stand in one message.
        orders = [first, *(replace(first, request=replace(first.request, top_n=top_n)) for top_n in rest)]
        await answer(
            interaction,
            orders,
            lambda orders, results, keep_links: render_comparison(
                results, orders[0].typed_seed, orders[0].requester, keep_links=keep_links
            ),
        )


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file."""
    await bot.add_cog(Compare())
