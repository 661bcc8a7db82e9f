"""Define what is asked of a model, and what comes back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from bot.errors import InvalidInputError
from bot.limits import DEFAULT_LENGTH, DEFAULT_TOP_N, MAX_COUNT, MAX_RANDOM_SEED


def fresh_random_seed() -> int:
    """Return a new random seed, 0 to 2^53 - 1."""
    return secrets.randbelow(MAX_RANDOM_SEED + 1)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next character is sampled from its probabilities.

    Attributes:
        top_n: how many of the likeliest characters are kept, 1 or more; the size of the vocabulary or more keeps all.
        min_p: a character is cut whose probability is less than this times the likeliest one's; 0 cuts none.
        temperature: divides the logits before the softmax; above 0.
    """

    top_n: int
    min_p: float = 0.0
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One seed to write on from.

    Attributes:
        seed: the text that primes the model; at least one character.
        top_n: how many of the likeliest characters are kept before sampling, 1 or more;
            the size of the vocabulary or more keeps all.
        length: how many ids to sample for each completion, 1 or more.
        random_seed: the number that makes sampling repeatable, 0 to 2^53 - 1.
        count: how many completions of the seed, 1 to 10.
        first_line: whether each completion ends at its first line break.
        temperature: divides the logits before the softmax; above 0.
        min_p: a character is cut whose probability is less than this times the likeliest one's; 0 cuts none.
        drafts: how many texts are written side by side, of which the best are taken; 1 takes what comes.
        typed_seed: the seed as a person typed it, where `seed` is that in the characters that the model knows.

    Raises:
        InvalidInputError: a value is outside its range; the message names it and what is allowed.
    """

    seed: str
    top_n: int = DEFAULT_TOP_N
    length: int = DEFAULT_LENGTH
    random_seed: int = field(default_factory=fresh_random_seed)
    count: int = 1
    first_line: bool = False
    temperature: float = 1.0
    min_p: float = 0.0
    drafts: int = 1
    typed_seed: str = ""

    @property
    def sampling(self) -> Sampling:
        """How each character is sampled."""
        return Sampling(self.top_n, self.min_p, self.temperature)

    @property
    def work(self) -> int:
        """How many characters are read and written for it at most; drafts are the model's way, and count as one."""
        return len(self.seed) + self.count * self.length

    @property
    def shown_seed(self) -> str:
        """The seed as people see it."""
        return self.typed_seed or self.seed

    def __post_init__(self) -> None:
        if not self.seed:
            raise InvalidInputError("the seed is empty: give at least one character to write on from")
        for name, value in (("top-n", self.top_n), ("length", self.length)):
            if value < 1:
                raise InvalidInputError(f"{name} {value}: allowed are whole numbers of 1 or more")
        if not 1 <= self.count <= MAX_COUNT:
            raise InvalidInputError(f"count {self.count}: allowed are whole numbers from 1 to {MAX_COUNT}")
        if not 0 <= self.random_seed <= MAX_RANDOM_SEED:
            raise InvalidInputError(
                f"random seed {self.random_seed}: allowed are whole numbers from 0 to {MAX_RANDOM_SEED}"
            )
        if not 0 < self.temperature < float("inf"):
            raise InvalidInputError(f"temperature {self.temperature}: allowed are numbers above 0")
        if not 0 <= self.min_p < 1:
            raise InvalidInputError(f"min-p {self.min_p}: allowed are numbers from 0 to less than 1")
        if not 1 <= self.drafts <= MAX_COUNT:
            raise InvalidInputError(f"drafts {self.drafts}: allowed are whole numbers from 1 to {MAX_COUNT}")


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """The answer to a request.

    Attributes:
        request: what was asked.
        completions: the text written after the seed, one string for each of `request.count`.
        model: the model's name.
        engine: the name of the engine that wrote it.
        queued_seconds: from being accepted to being taken up by a worker.
        generating_seconds: from being taken up to the last character.
        cut: whether its one text stopped at its length, and not at the end of an item; said when it is trimmed.
    """

    request: GenerationRequest
    completions: tuple[str, ...]
    model: str
    engine: str
    queued_seconds: float
    generating_seconds: float
    cut: bool = False
