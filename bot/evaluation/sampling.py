"""Text that a model writes, to be held against text that people wrote: whole items, as the held-out text has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

from bot.generation.decode import write
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import LINE_BREAK, Vocabulary
from bot.limits import MAX_COUNT

LONGEST_ITEM = 1000
"""Where an item is cut that does not end, in characters, unless the held-out items are shorter still."""
PRIME = 128
"""How many characters a model reads at most before it writes an item."""


class Sampler:
    """Has a model write items.

    It first reads the end of a held-out item with its line break, so that it begins a new item, as it would
    anywhere in the text, and each of these beginnings leads somewhere else even at a top-n of 1.
    What it reads is not part of what it wrote.

    Args:
        copy: whose network writes.
        vocabulary: the model's, with the line break in it.
        held_out: at least one item, none empty, in the model's characters.
        random_seed: the same one gives the same items.
    """

    def __init__(self, copy: StatefulCopy, vocabulary: Vocabulary, held_out: Sequence[str], random_seed: int) -> None:
        self._copy = copy
        self._vocabulary = vocabulary
        self._primes = [(LINE_BREAK + item + LINE_BREAK)[-PRIME:] for item in held_out]
        self._length = min(LONGEST_ITEM, max(map(len, held_out)) + 1)
        self._random_seed = random_seed

    def items(self, top_n: int, characters: int, say: Callable[[float], None] = lambda _: None) -> tuple[str, ...]:
        """Items of `characters` or a little more together, a line break counted for each.

        Args:
            top_n: how many of the likeliest characters are kept.
            characters: how many to write at least.
            say: told the share that is done, now and then.
        """
        items: list[str] = []
        written = 0
        known: dict[str, list[str]] = {}
        for prime in cycle(self._primes):
            # At a top-n of 1 nothing is left to chance: what follows a beginning is the same when it comes round again.
            if top_n > 1 or prime not in known:
                known[prime] = self._write(prime, top_n, first_completion=len(items))
            items += known[prime]
            written += sum(len(text) + 1 for text in known[prime])
            say(min(written / characters, 1.0))
            if written >= characters:
                break
        return tuple(items)

    def _write(self, prime: str, top_n: int, first_completion: int) -> list[str]:
        count = 1 if top_n == 1 else MAX_COUNT  # ten would all be the same
        request = GenerationRequest(prime, top_n, self._length, self._random_seed, count, first_line=True)
        chunks = list(write(self._copy, self._vocabulary, request, first_completion=first_completion))
        return [self._without_cut_word("".join(parts)) for parts in zip(*chunks, strict=True)]

    def _without_cut_word(self, text: str) -> str:
        return text.rpartition(" ")[0] or text if len(text) == self._length else text
