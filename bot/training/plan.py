"""Plan a training run: what was asked for, what the text decides, and what is taken over from a trained model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import InvalidInputError
from bot.generation.catalog import find_models, read_model
from bot.generation.model import Model, Weights
from bot.generation.vocabulary import Vocabulary
from bot.training.options import ARCHITECTURE, flag
from bot.training.training_text import extend_vocabulary, take_most_frequent

DEFAULT_BASE = "english"
"""The model that a small text goes on from, unless something else is asked for."""
SMALL = 2_000_000
"""Characters of a text below which going on from a model beats starting from nothing, see docs/training.md."""
KNOWN_SHARE = 0.9
"""The share of a text's characters that the default base must know to be of use."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What a person asks for.

    Attributes:
        sources: the names of the files read.
        licence: the text's.
        description: the model's.
        vocabulary: ``corpus`` or ``tutorial``.
        base: the name of a model to go on from; empty for the default base where it is of use.
        from_scratch: whether to go on from none.
        options: the training options that were given, by name.
    """

    sources: tuple[str, ...]
    licence: str
    description: str = ""
    vocabulary: str = "corpus"
    base: str = ""
    from_scratch: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What was decided: all that a run needs besides its text and its state."""

    sources: tuple[str, ...]
    licence: str
    description: str
    base: str
    options: dict[str, Any]


class VocabularyChooser:
    """Choose the base model and the vocabulary, when it is known how often each character occurs.

    Attributes:
        base: the model to go on from, or None; final once the chooser has been called.

    Raises:
        InvalidInputError: what was asked for does not go together.
        ModelError: there is no such model to go on from.
    """

    def __init__(self, request: TrainingRequest, model_folders: Sequence[Path]) -> None:
        self._request = request
        self._folders = model_folders
        self._shape_options = [flag(name) for name in ARCHITECTURE if name in request.options]
        self.base: Model | None = None
        if request.base:
            if self._shape_options:
                raise InvalidInputError(
                    f"{', '.join(self._shape_options)}: --from-model {request.base} has decided that already"
                )
            if request.vocabulary == "tutorial":
                raise InvalidInputError(f"--vocabulary tutorial: --from-model {request.base} brings its own characters")
            self.base = read_model(model_folders, request.base)

    def __call__(self, counts: Counter[str]) -> Vocabulary:
        """Choose the vocabulary for a text in which each character occurs so often."""
        if self._request.vocabulary == "tutorial":
            return Vocabulary.tutorial()
        is_free = not (self.base or self._request.from_scratch or self._shape_options)
        if is_free and counts.total() < SMALL:
            self.base = self._read_default_base(counts)
        return extend_vocabulary(self.base.vocabulary, counts) if self.base else take_most_frequent(counts)

    def _read_default_base(self, counts: Counter[str]) -> Model | None:
        """Return the default base if it is there and knows most of the text's characters."""
        if DEFAULT_BASE not in find_models(self._folders):
            return None
        base = read_model(self._folders, DEFAULT_BASE)
        known = sum(count for character, count in counts.items() if character in base.vocabulary)
        return base if known >= KNOWN_SHARE * counts.total() else None


def extend_weights(base: Model, vocabulary: Vocabulary) -> Weights:
    """Return the weights of `base` for a vocabulary that begins with its own.

    The model's characters keep their weights. A new one is read as the unknown character was, and is as unlikely as
    the least likely of the old ones, so that it disturbs nothing until it is learned.

    Raises:
        ValueError: the vocabulary does not begin with the base's characters.
    """
    if not vocabulary.characters.startswith(base.card.characters):
        raise ValueError("the vocabulary does not begin with the characters of the model to go on from")
    new = len(vocabulary) - len(base.vocabulary)
    weights = dict(base.weights)
    embeddings = weights["layers.0.embeddings"]
    weights["layers.0.embeddings"] = np.concatenate([embeddings, np.repeat(embeddings[:1], new, axis=0)])
    kernel, bias = weights["output.kernel"], weights["output.bias"]
    weights["output.kernel"] = np.concatenate([kernel, np.zeros((len(kernel), new), np.float32)], axis=1)
    weights["output.bias"] = np.concatenate([bias, np.full(new, bias.min(), np.float32)])
    return weights
