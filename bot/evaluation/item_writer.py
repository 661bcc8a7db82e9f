"""Write text with a model to compare with text that people wrote: whole items, as the held-out text has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle

from bot.generation.decode import write_texts
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import LINE_BREAK, Vocabulary
from bot.limits import MAX_COUNT

LONGEST_ITEM = 1000
"""An item that does not end is cut after so many characters, or after the longest held-out item's."""
PRIME = 128
"""The model reads at most so many characters before it writes an item."""


class ItemWriter:
    """Make a model write items.

    Each time it is primed with the end of a held-out item and its line break, so that it begins a new item, and a
    different one even at a top-n of 1. The prime is not part of the text.

    Args:
        copy: the network that writes.
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

    def write_items(
        self, top_n: int, characters: int, on_progress: Callable[[float], None] = lambda _: None
    ) -> tuple[str, ...]:
        """Write items of `characters` or a little more together, a line break counted for each.

        Args:
            top_n: how many of the likeliest characters are kept.
            characters: how many to write at least.
            on_progress: is called with the share that is done, now and then.
        """
        items: list[str] = []
        written = 0
        written_by_prime: dict[str, list[str]] = {}
        for prime in cycle(self._primes):
            # A top-n of 1 leaves nothing to chance: the same prime gives the same item again.
            if top_n > 1 or prime not in written_by_prime:
                written_by_prime[prime] = self._write_after(prime, top_n, first_completion=len(items))
            items += written_by_prime[prime]
            written += sum(len(text) + 1 for text in written_by_prime[prime])
            on_progress(min(written / characters, 1.0))
            if written >= characters:
                break
        return tuple(items)

    def _write_after(self, prime: str, top_n: int, first_completion: int) -> list[str]:
        count = 1 if top_n == 1 else MAX_COUNT  # ten would all be the same
        request = GenerationRequest(prime, top_n, self._length, self._random_seed, count, first_line=True)
        texts = write_texts(self._copy, self._vocabulary, request, first_completion=first_completion)
        return [self._drop_cut_word(text) for text in texts]

    def _drop_cut_word(self, text: str) -> str:
        return text.rpartition(" ")[0] or text if len(text) == self._length else text
