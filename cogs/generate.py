"""`/generate`: a seed in, text in the channel."""

from __future__ import annotations

import asyncio
import time

import discord
from discord import app_commands
from discord.app_commands import Choice, Range
from discord.ext import commands

from bot.chat.client import Charla
from bot.chat.errors import RefusalError
from bot.chat.rendering import render
from bot.chat.reply import Reply
from bot.generation.model import Model
from bot.generation.pool import DeadlineError, Ticket
from bot.generation.request import MAX_COUNT, MAX_RANDOM_SEED, GenerationRequest, GenerationResult, fresh_random_seed

MAX_SEED = 500
MAX_PRIMED = 2000
"""Characters that a copy is primed with: some characters are spelt out in dozens."""
MAX_LENGTH = 2000
DEFAULT_LENGTH = 280
MAX_CHOICES = 25
LONGEST_NUMBER = 15
"""Digits of a number that every client of Discord carries exactly."""
HUNG_SECONDS = 5.0

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
    async def generate(  # noqa: PLR0913 - an option each
        self,
        interaction: discord.Interaction[Charla],
        seed: Range[str, 1, MAX_SEED] | None = None,
        top_n: Range[int, 1] | None = None,
        length: Range[int, 1, MAX_LENGTH] = DEFAULT_LENGTH,
        count: Range[int, 1, MAX_COUNT] = 1,
        model: str | None = None,
        random_seed: Range[int, 0, MAX_RANDOM_SEED] | None = None,
        private: bool = False,
    ) -> None:
        """Let a neural network write on from your words, one character at a time"""  # noqa: D415 - shown by Discord
        chosen = self.bot.catalog.get(model) if model else self.bot.catalog.default
        number = fresh_random_seed() if random_seed is None else random_seed
        typed = example_seed(chosen, number) if seed is None else seed
        check_limits(typed, length)
        request = GenerationRequest(
            seed=fold(typed, chosen),
            top_n=chosen.card.use.top_n if top_n is None else top_n,
            length=length,
            random_seed=number,
            count=count,
            first_line=count > 1,
        )
        self.bot.limiter.check(interaction)
        await self._answer(interaction, request, chosen, typed, private=private)

    async def _answer(
        self,
        interaction: discord.Interaction[Charla],
        request: GenerationRequest,
        model: Model,
        typed_seed: str,
        *,
        private: bool,
    ) -> None:
        pool = self.bot.pool
        # Accepted before it is deferred: a full queue can still refuse in private.
        ticket = pool.submit(request, model, interaction.user.id, self.bot.settings.request_timeout)
        reply = Reply.of(interaction)
        try:
            await reply.defer(private=private)
            result = await finished(ticket)
        except BaseException:
            pool.cancel(ticket)  # nobody waits for the text any more
            raise
        await reply.finish(render(result, typed_seed))

    @generate.autocomplete("top_n")
    async def suggest_top_n(self, interaction: discord.Interaction[Charla], typed: int | str) -> list[Choice[int]]:
        """What a few values do, or what is being typed."""
        catalog, named = self.bot.catalog, interaction.namespace.model
        model = next((model for model in catalog if model.name == named), catalog.default)
        meanings = {**TOP_N_MEANINGS, len(model.vocabulary): "all: anything the model thinks possible"}
        number = int(typed) if str(typed).isdecimal() and len(str(typed)) <= LONGEST_NUMBER else 0
        if number >= 1:
            meanings = {number: meanings.get(number, "your own choice"), **meanings}
        matching = [n for n in meanings if str(n).startswith(str(typed))]
        return [Choice(name=f"{n} – {meanings[n]}", value=n) for n in matching or meanings]

    @generate.autocomplete("model")
    async def suggest_model(self, _interaction: discord.Interaction[Charla], typed: str) -> list[Choice[str]]:
        """The models whose name or description has what is being typed."""
        matching = [
            model
            for model in self.bot.catalog
            if typed.casefold() in f"{model.name} {model.card.description}".casefold()
        ]
        return [
            Choice(name=f"{model.name} – {model.card.description}"[:100], value=model.name)
            for model in matching[:MAX_CHOICES]
        ]


async def finished(ticket: Ticket) -> GenerationResult:
    """The ticket's result, awaited.

    Raises:
        GenerationError: why there is none.
    """
    left = ticket.deadline - time.monotonic()
    try:
        # The workers keep the deadline; should one ever hang, nobody shall hang with it.
        return await asyncio.wait_for(asyncio.wrap_future(ticket.result), left + HUNG_SECONDS)
    except TimeoutError:
        raise DeadlineError("No worker finished this in time. Please try again.") from None


def example_seed(model: Model, number: int) -> str:
    """One of the seeds that the model's card gives, the same for the same number."""
    seeds = model.card.use.seeds
    return seeds[number % len(seeds)]


def fold(typed: str, model: Model) -> str:
    """The seed in the characters that the model knows.

    Raises:
        RefusalError: it knows none of them.
    """
    folded = model.vocabulary.fold(typed)
    if not folded:
        raise RefusalError(f"{model.name} knows none of the characters in that seed. Please use letters.")
    return folded[-MAX_PRIMED:]


def check_limits(seed: str, length: int) -> None:
    """Check what Discord's clients check too: a request can come from something else.

    Raises:
        RefusalError: the seed or the length is outside its range.
    """
    if not 1 <= len(seed) <= MAX_SEED:
        raise RefusalError(f"A seed of {len(seed):,} characters: allowed are 1 to {MAX_SEED}.")
    if not 1 <= length <= MAX_LENGTH:
        raise RefusalError(f"length {length}: allowed are 1 to {MAX_LENGTH}.")


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file."""
    await bot.add_cog(Generate(bot))
