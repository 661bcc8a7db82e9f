"""The one door: whatever asks for text (a command, a button, a form, a menu), a checked request is made of it here."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.chat.client import Charla
from bot.chat.errors import RefusalError
from bot.chat.rules import Rules, rules_of
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, fresh_random_seed
from bot.settings import MAX_LENGTH

MAX_TYPED_SEED = 500
MAX_PRIMED = 2000
"""Characters that a copy is primed with: some characters are spelt out in dozens."""
DEFAULT_LENGTH = 280
FORBIDDEN_SEED = "That seed has a word that I do not write. Please choose another one."


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
        usual_length: likewise, the length of what is asked for without one.
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
    usual_length: int = DEFAULT_LENGTH


@dataclass(frozen=True, slots=True)
class Order:
    """A checked request, with what it takes to answer it.

    Attributes:
        request: what to write.
        model: who writes.
        typed_seed: the seed as its author typed it; the request's own is folded to what the model knows.
        private: whether only the person who asked sees the answer.
        requester: the id of the user who asked.
    """

    request: GenerationRequest
    model: Model
    typed_seed: str
    private: bool
    requester: int


async def prepare(interaction: discord.Interaction[Charla], options: Options) -> Order:
    """Check what somebody asks for by the rules that hold now where they ask, and fill in what they left out.

    Raises:
        RefusalError: a value is outside its range, the model may not be used here or knows nothing of the seed, or the
            seed has a word that is refused.
        InvalidRequestError: another value is outside its range.
        ModelError: there is no such model.
    """
    rules = await rules_of(interaction)
    model = choose_model(interaction.client.catalog, rules, options.model)
    random_seed = fresh_random_seed() if options.random_seed is None else options.random_seed
    typed = example_seed(model, random_seed) if options.seed is None else options.seed
    longest = min(options.longest, rules.max_length)
    length = min(options.usual_length, longest) if options.length is None else options.length
    count = 1 if options.count is None else options.count
    check_limits(typed, options.longest_seed, length, longest)
    request = GenerationRequest(
        seed=fold(typed, model),
        top_n=options.top_n if options.top_n is not None else rules.top_n or model.card.use.top_n,
        length=length,
        random_seed=random_seed,
        count=count,
        first_line=count > 1,
    )
    if count > rules.max_count:
        raise RefusalError(f"count {count}: allowed are 1 to {rules.max_count}.")
    if rules.filtered and any(map(interaction.client.words.finds, (typed, request.seed))):
        raise RefusalError(FORBIDDEN_SEED)
    return Order(request, model, typed, options.private, interaction.user.id)


def choose_model(catalog: Catalog, rules: Rules, name: str | None) -> Model:
    """The model of that name, or the default one where none is named.

    Raises:
        ModelError: there is none of that name.
        RefusalError: it may not be used here.
    """
    if not name:
        return rules.default_model
    model = catalog.get(name)
    if model not in rules.models:
        allowed = ", ".join(model.name for model in rules.models)
        raise RefusalError(f"The model {name} may not be used in this server: allowed are {allowed}.")
    return model


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


def check_limits(seed: str, longest_seed: int, length: int, longest: int) -> None:
    """Check what Discord's clients check too: a request can come from something else.

    Raises:
        RefusalError: the seed or the length is outside its range.
    """
    if not 1 <= len(seed) <= longest_seed:
        raise RefusalError(f"A seed of {len(seed):,} characters: allowed are 1 to {longest_seed}.")
    if not 1 <= length <= longest:
        raise RefusalError(f"length {length}: allowed are 1 to {longest}.")
