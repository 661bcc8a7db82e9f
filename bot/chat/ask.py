"""Hold what a person asks for, and check it once to make a request of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.chat.answer import Defer
from bot.chat.policy import Policy
from bot.errors import RefusalError
from bot.generation.decode import decode_as_advised
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, fresh_random_seed
from bot.limits import (
    COUNTED_LENGTH,
    DEFAULT_LENGTH,
    DEFAULT_TOP_N,
    MAX_LENGTH,
    MAX_SEED,
    MAX_TYPED_DIGITS,
    MAX_TYPED_SEED,
)

FORBIDDEN_SEED = "That seed has a word that I do not write. Please choose another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a person wants, unchecked, whichever way it came: by a command, a button, a form or a message.

    None stands for what the person left out.

    Attributes:
        seed: the phrase to write on from; left out, one of the model's own.
        top_n: how many of the likeliest characters to keep; left out, the model's voice is decoded as its card says.
        length: how many characters to write at most; left out, one item where that is the model's way.
        count: how many completions.
        model: the model's name.
        random_seed: the number that makes the text repeatable; left out, a new one.
        private: whether the reply is ephemeral.
        max_seed: characters that a seed may have which comes in by this way.
        max_length: the largest length that may be asked for by this way.
        default_length: the length where it is left out.
        read_seed: reads the seed where that takes a while, as from a file; it is called once the request is counted,
            and returns None where the model's own seeds are as good.
    """

    seed: str | None = None
    top_n: int | None = None
    length: int | None = None
    count: int | None = None
    model: str | None = None
    random_seed: int | None = None
    private: bool = False
    max_seed: int = MAX_TYPED_SEED
    max_length: int = MAX_LENGTH
    default_length: int = DEFAULT_LENGTH
    read_seed: Callable[[Defer], Awaitable[str | None]] | None = None

    @property
    def weight(self) -> int:
        """How many requests it counts as: each of its texts is one for every `COUNTED_LENGTH` characters begun.

        What is not allowed has a weight as well: a request is counted before it is checked.
        """
        length = self.default_length if self.length is None else self.length
        return max(self.count or 1, 1) * (max(length - 1, 0) // COUNTED_LENGTH + 1)


def read_options(ask: Ask, model: Model, policy: Policy) -> GenerationRequest:
    """Check the options that a person set by the policy of a place, and fill in what they left out.

    The seed is left as it was typed: `make_request` does what takes time.

    Args:
        ask: what the person wants.
        model: the model that `policy` chose for it.
        policy: what holds where the person asks.

    Raises:
        RefusalError: a value is outside what this place allows.
        InvalidInputError: another value is outside its range.
    """
    random_seed = fresh_random_seed() if ask.random_seed is None else ask.random_seed
    typed_seed = _example_seed(model, random_seed) if ask.seed is None else ask.seed
    max_length = min(ask.max_length, policy.max_length)
    length = min(ask.default_length, max_length) if ask.length is None else ask.length
    count = 1 if ask.count is None else ask.count
    top_n = policy.top_n if ask.top_n is None else ask.top_n
    # Discord's clients check these as well, but a request can come from another program.
    if not 1 <= len(typed_seed) <= ask.max_seed:
        raise RefusalError(f"A seed of {len(typed_seed):,} characters: allowed are 1 to {ask.max_seed}.")
    if not 1 <= length <= max_length:
        raise RefusalError(f"length {length}: allowed are 1 to {max_length}.")
    request = GenerationRequest(
        seed=typed_seed,
        typed_seed=typed_seed,
        top_n=DEFAULT_TOP_N if top_n is None else top_n,
        length=length,
        random_seed=random_seed,
        count=count,
        first_line=count > 1 or (model.card.use.one_item and ask.length is None),
    )
    if count > policy.max_count:
        raise RefusalError(f"count {count}: allowed are 1 to {policy.max_count}.")
    return request if top_n is not None else decode_as_advised(request, model)


def make_request(ask: Ask, model: Model, policy: Policy) -> GenerationRequest:
    """Make a request of what a person asks for, by the policy of the place; folding and filtering the seed takes time.

    Args:
        ask: what the person wants.
        model: the model that `policy` chose for it.
        policy: what holds where the person asks.

    Raises:
        RefusalError: a value is outside what this place allows, the model knows no character of the seed, or the seed
            has a word that is refused here.
        InvalidInputError: another value is outside its range.
    """
    request = read_options(ask, model, policy)
    typed_seed = request.seed
    request = replace(request, seed=_fold_seed(typed_seed, model))
    if policy.forbids(typed_seed) or (request.seed != typed_seed and policy.forbids(request.seed)):
        raise RefusalError(FORBIDDEN_SEED)
    return request


def parse_number(name: str, typed: str) -> int | None:
    """Return the number that a person typed into a form; None where they left it empty.

    Raises:
        RefusalError: the text is not a whole number.
    """
    digits = typed.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MAX_TYPED_DIGITS):
        raise RefusalError(f"{name} {typed!r}: allowed are whole numbers of 1 or more, or nothing.")
    return int(digits)


def _example_seed(model: Model, number: int) -> str:
    """Return one of the seeds that the model's card suggests, the same for the same number."""
    seeds = model.card.use.seeds
    return seeds[number % len(seeds)]


def _fold_seed(typed_seed: str, model: Model) -> str:
    """Return the seed in the characters that the model knows, the last `MAX_SEED` of them.

    Raises:
        RefusalError: the model knows none of them.
    """
    folded = model.vocabulary.fold(typed_seed)
    if not folded:
        raise RefusalError(f"{model.name} knows none of the characters in that seed. Please use letters.")
    return folded[-MAX_SEED:]  # folding spells some characters out in dozens of letters
