"""Plan a training run: by what was asked for, and by what the text decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import InvalidInputError
from bot.generation.catalog import find_models, read_model
from bot.generation.model import Model
from bot.generation.vocabulary import Vocabulary
from bot.training.options import ARCHITECTURE, flag
from bot.training.training_text import grown, most_frequent

DEFAULT_BASE = "prose"
"""The model that a small text goes on from, unless something else is asked for."""
SMALL = 2_000_000
"""Characters of a text below which going on from a model beats starting from nothing, see docs/training.md."""
KNOWN_SHARE = 0.9
"""Of a text's characters, how many the default base must know to be of use."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What was asked for.

    Attributes:
        sources: the names of the files read.
        licence: the text's.
        description: of the model.
        vocabulary: ``corpus`` or ``tutorial``.
        base: the name of a model to go on from; empty for the default base where it is of use.
        from_scratch: whether not to go on from any.
        options: those that were given.
    """

    sources: tuple[str, ...]
    licence: str
    description: str = ""
    vocabulary: str = "corpus"
    base: str = ""
    from_scratch: bool = False
    options: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided: all that a run needs besides its text and its state."""

    sources: tuple[str, ...]
    licence: str
    description: str
    base: str
    options: dict[str, Any]


class VocabularyChooser:
    """Picks the model to go on from and the vocabulary, when it is known how often each character occurs.

    Attributes:
        base: the model to go on from, or None.

    Raises:
        InvalidInputError: what was asked for does not go together.
        ModelError: there is no such model to go on from.
    """

    def __init__(self, wish: TrainingRequest, options: dict[str, Any], model_folders: Sequence[Path]) -> None:
        self._wish = wish
        self._free = not any(name in options for name in ARCHITECTURE)
        self._folders = model_folders
        self.base: Model | None = None
        if wish.base:
            if taken := [flag(name) for name in ARCHITECTURE if name in options]:
                raise InvalidInputError(f"{', '.join(taken)}: --from-model {wish.base} has decided that already")
            if wish.vocabulary == "tutorial":
                raise InvalidInputError(f"--vocabulary tutorial: --from-model {wish.base} brings its own characters")
            self.base = read_model(model_folders, wish.base)

    def __call__(self, counts: Counter[str]) -> Vocabulary:
        """Return the vocabulary for a text in which each character occurs so often; `base` is decided from here on."""
        if self._wish.vocabulary == "tutorial":
            return Vocabulary.tutorial()
        if not (self.base or self._wish.from_scratch) and self._free and counts.total() < SMALL:
            self._consider_default_base(counts)
        return grown(self.base.vocabulary, counts) if self.base else most_frequent(counts)

    def _consider_default_base(self, counts: Counter[str]) -> None:
        if DEFAULT_BASE not in find_models(self._folders):
            return
        base = read_model(self._folders, DEFAULT_BASE)
        known = sum(count for character, count in counts.items() if character in base.vocabulary)
        if known >= KNOWN_SHARE * counts.total():
            self.base = base
