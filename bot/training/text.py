"""A text to learn from: one item a line, split by item into a part to learn and a part held out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.generation.vocabulary import MAX_CHARACTERS, Ids, Vocabulary, VocabularyError

HELD_OUT_SHARE = 0.05
FEWEST_CHARACTERS = 10_000
"""Below this there is nothing to learn but the text itself."""


class TextError(ValueError):
    """A text that cannot be learned from; the message names the file and what is wrong."""


@dataclass(frozen=True)
class TrainingText:
    """Items to learn from and items held out, which no training step ever sees.

    Attributes:
        name: the file's name.
        learned: the items to learn, each without its line break.
        held_out: the items to measure by.
        vocabulary: every character that occurs.
    """

    name: str
    learned: tuple[str, ...]
    held_out: tuple[str, ...]
    vocabulary: Vocabulary

    @property
    def characters(self) -> int:
        """The size of the whole text in characters, line breaks included."""
        return sum(len(item) + 1 for item in self.learned + self.held_out)

    @classmethod
    def read(cls, path: Path) -> TrainingText:
        """Read a UTF-8 text, one item a line; blank lines are left out.

        Raises:
            TextError: it is missing, not text, too short, or has too many different characters.
        """
        items = tuple(line for line in (line.rstrip() for line in _read(path).split("\n")) if line)
        characters = sum(len(item) + 1 for item in items)
        if characters < FEWEST_CHARACTERS:
            raise TextError(f"{path} has {characters:,} characters: training needs {FEWEST_CHARACTERS:,} or more")
        every = round(1 / HELD_OUT_SHARE)
        held_out = items[every - 1 :: every]
        if not held_out:
            raise TextError(f"{path} has {len(items)} lines: it takes {every} or more, one item a line")
        learned = tuple(item for place, item in enumerate(items, start=1) if place % every)
        try:
            vocabulary = Vocabulary.of(("\n", *items))
        except VocabularyError:
            raise TextError(
                f"{path} has more than {MAX_CHARACTERS - 1} different characters: fold the rare ones first"
            ) from None
        return cls(path.name, learned, held_out, vocabulary)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TextError(f"{path} does not exist") from None
    except UnicodeDecodeError as error:
        raise TextError(f"{path} is not UTF-8 text: byte {error.start} cannot be read") from None
    except OSError as error:
        raise TextError(f"{path} cannot be read: {error.strerror}") from None


@dataclass(frozen=True)
class Batches:
    """A text cut into contiguous rows, each batch going on where the one before it stopped.

    Attributes:
        inputs: shape (batches, rows, steps).
        targets: the characters that follow each of the inputs, same shape.
    """

    inputs: npt.NDArray[np.int32]
    targets: npt.NDArray[np.int32]

    @classmethod
    def cut(cls, ids: Ids, rows: int, steps: int) -> Batches:
        """Cut `ids`; what does not fill a batch at the end is left out.

        Raises:
            ValueError: there is not enough for one batch.
        """
        count = (len(ids) - 1) // (rows * steps)
        if not count:
            raise ValueError(f"{len(ids)} ids do not fill a batch of {rows} x {steps}")
        used = count * rows * steps
        cut = (part.reshape(rows, count, steps).swapaxes(0, 1) for part in (ids[:used], ids[1 : used + 1]))
        return cls(*cut)

    def __len__(self) -> int:
        return len(self.inputs)


def join(items: tuple[str, ...], order: npt.NDArray[np.intp] | None = None) -> str:
    """The items as one text, a line each, in their own or the given order; it starts and ends with a break."""
    ordered = items if order is None else [items[place] for place in order]
    return "\n" + "\n".join(ordered) + "\n"
