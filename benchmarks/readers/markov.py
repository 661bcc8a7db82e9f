"""Have markovify of PyPI write texts: chains of words, the usual choice for bots that talk like a text.

It is installed for this comparison alone and stands in no lock file.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from benchmarks.readers.texts import Text
from bot.errors import InvalidInputError
from bot.generation.learned_text import LearnedText, fingerprint
from bot.training.text_files import ReadingOptions, ReadingReport, read_items

TRIES = 1000
"""So often is a sentence begun before it is given up."""


class Chain(Protocol):
    """What is used of `markovify.NewlineText`."""

    def make_sentence(self, *, tries: int) -> str | None:
        """Make a sentence from nothing, or none where all tries were too much like the text."""

    def make_sentence_with_start(self, beginning: str, *, strict: bool, tries: int) -> str | None:
        """Make a sentence that starts with some words, no more of them than the order.

        Raises:
            KeyError: the text does not have them; at the start of an item, where `strict` is true.
            ParamError: the same, or all tries were too much like the text; markovify's own error.
        """


@dataclass(frozen=True)
class MarkovSource:
    """A chain of words that is forbidden to recite: by its own rule, and by that which drafts are judged by.

    Attributes:
        title: what it is.
        chain: writes.
        order: after how many words a word is chosen.
        learned: remembers the passages of its text.
        random_seed: the same one gives the same texts.
        unknown: what the chain raises when no sentence starts with some words.
    """

    title: str
    chain: Chain
    order: int
    learned: LearnedText
    random_seed: int = 0
    unknown: tuple[type[Exception], ...] = (KeyError,)

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:
        """See `Source.write`; where no sentence that may stand goes on from a seed, one starts from nothing."""
        random.seed(self.random_seed)  # markovify draws from the module's own
        return [self._write_one(seed, length) for seed in seeds]

    def _write_one(self, seed: str, length: int) -> Text:
        words = seed.split()
        head, tail = words[: -self.order], words[-self.order :]  # a chain looks back on no more words than its order
        for strict in (True, False):  # at the start of an item, else anywhere
            for _ in range(TRIES):
                text = " ".join([*head, self._begin_with(" ".join(tail), strict) or ""])
                if text.startswith(seed) and self._may_stand(text, len(seed) + length):
                    return Text(seed, text)
        for _ in range(TRIES):
            text = self.chain.make_sentence(tries=1) or ""
            if text and self._may_stand(text, length):
                return Text("", text)
        raise InvalidInputError(
            f"{self.title}: {TRIES:,} sentences were all recited, or longer than {length} characters: give more text"
        )

    def _begin_with(self, words: str, strict: bool) -> str | None:
        with suppress(*self.unknown):
            return self.chain.make_sentence_with_start(words, strict=strict, tries=1)
        return None

    def _may_stand(self, text: str, most: int) -> bool:
        return len(text) <= most and not self.learned.recites(text)


def read_texts(path: Path) -> list[str]:
    """Read the items of a text as a training does: one file, or all texts in a folder.

    Raises:
        InvalidInputError: there is no text, or it cannot be read.
    """
    paths = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    items = list(read_items(paths, ReadingOptions(), ReadingReport()))
    if not items:
        raise InvalidInputError(f"{path}: there is no text in it")
    return items


def remember_passages(items: Iterable[str]) -> LearnedText:
    """Remember all passages of a text, however long it is, unlike `LearnedText.collect`."""
    passages = [fingerprint(item) for item in items]
    return LearnedText(frozenset(), np.unique(np.concatenate(passages)))


def learn(path: Path, order: int, random_seed: int) -> MarkovSource:
    """Make a chain of a text, each item a sentence, with markovify's own defaults.

    Raises:
        InvalidInputError: markovify is not installed, or the text cannot be read.
    """
    try:
        markovify = import_module("markovify")
    except ModuleNotFoundError:
        raise InvalidInputError(
            "markovify is not installed here: install it into an environment of its own, see docs/readers.md"
        ) from None
    items = read_texts(path)
    return MarkovSource(
        title=f"markovify {version('markovify')} of order {order} on {path.stem}",
        chain=markovify.NewlineText("\n".join(items), state_size=order),
        order=order,
        learned=remember_passages(items),
        random_seed=random_seed,
        unknown=(KeyError, markovify.text.ParamError),
    )
