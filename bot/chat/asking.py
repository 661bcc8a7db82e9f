"""The one door: whatever asks for text (a command, a button, a form, a menu), a checked request is made of it here."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.chat.client import Charla
from bot.chat.errors import RefusalError
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, fresh_random_seed

MAX_TYPED_SEED = 500
MAX_PRIMED = 2000
"""Characters that a copy is primed with: some characters are spelt out in dozens."""
MAX_LENGTH = 2000
DEFAULT_LENGTH = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What somebody asks for, as it came in, unchecked; None stands for what they left out.

    Attributes:
        seed: what to write on from; left out, one of the model's own.
        top_n: left out, what suits the model.
        length: how many characters to write at the most.
        count: how many completions.
        model: the model's name.
        random_seed: left out, a new one.
        private: whether only the person who asks sees the answer.
        longest_seed: how many characters a seed may have that comes in by this way.
        longest: likewise, the largest length.
    """

    seed: str | None = None
    top_n: int | None = None
    length: int | None = None
    count: int | None = None
    model: str | None = None
    random_seed: int | None = None
    private: bool = False
    longest_seed: int = MAX_TYPED_SEED
    longest: int = MAX_LENGTH


@dataclass(frozen=True, slots=True)
class Order:
    """A checked request, with what it takes to answer it.

    Attributes:
        request: what to write.
        model: who writes.
        typed_seed: the seed as its author typed it; the request's own is folded to what the model knows.
        private: whether only the person who asked sees the answer.
    """

    request: GenerationRequest
    model: Model
    typed_seed: str
    private: bool


async def prepare(interaction: discord.Interaction[Charla], options: Options) -> Order:
    """Check what somebody asks for, and fill in what they left out.

    Raises:
        RefusalError: the seed or the length is outside its range, or the model knows nothing of the seed.
        InvalidRequestError: another value is outside its range.
        ModelError: there is no such model.
    """
    catalog = interaction.client.catalog
    model = catalog.get(options.model) if options.model else catalog.default
    random_seed = fresh_random_seed() if options.random_seed is None else options.random_seed
    typed = example_seed(model, random_seed) if options.seed is None else options.seed
    length = DEFAULT_LENGTH if options.length is None else options.length
    count = 1 if options.count is None else options.count
    check_limits(typed, length, options)
    request = GenerationRequest(
        seed=fold(typed, model),
        top_n=model.card.use.top_n if options.top_n is None else options.top_n,
        length=length,
        random_seed=random_seed,
        count=count,
        first_line=count > 1,
    )
    return Order(request, model, typed, options.private)


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


def check_limits(seed: str, length: int, options: Options) -> None:
    """Check what Discord's clients check too: a request can come from something else.

    Raises:
        RefusalError: the seed or the length is outside its range.
    """
    if not 1 <= len(seed) <= options.longest_seed:
        raise RefusalError(f"A seed of {len(seed):,} characters: allowed are 1 to {options.longest_seed}.")
    if not 1 <= length <= options.longest:
        raise RefusalError(f"length {length}: allowed are 1 to {options.longest}.")
