"""Lay out pairs of texts for readers who do not know which is whose; keep the keys apart."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.readers.texts import Source, cut, read_file, write_new
from bot.errors import InvalidInputError

QUESTIONS: Final = {
    "fluent": "Which one is more fluent: reads as if a person had written it down without a slip?",
    "sense": "Which one makes more sense?",
    "smile": "Which one is a person more likely to smile at, or to repeat to somebody?",
}
"""The questions, by the names that answers give them."""
ANSWERS: Final = ("A", "B", "tie")
WIDTH: Final = 100
INTRODUCTION: Final = """# Sheet {name}

{count} pairs of short texts, A and B, written by programs. Read both texts of each pair, then answer three questions
about them, each for itself, with "A", "B" or "tie":

{questions}

Some texts start with the same words: judge what follows. Say "tie" only where you really cannot choose. Judge by
yourself, from this sheet alone: look for no keys and no other sheets, and do not try to find out what wrote a text.

Write your answers as JSON to a file named `{name}.json`, every pair of this sheet by its number:

```json
{{
  "1": {{"fluent": "A", "sense": "tie", "smile": "B"}},
  "2": {{"fluent": "B", "sense": "B", "smile": "B"}}
}}
```
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts to compare: the first source's and the second's."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        first: what wrote the texts that are to win.
        second: what wrote the others.
        started: how many pairs start from the same seed.
        pairs: the texts.
    """

    first: str
    second: str
    started: int
    pairs: Sequence[Pair]


class Place(BaseModel):
    """Where a pair stands on a sheet.

    Attributes:
        pair: its number among all pairs, the same for every reader.
        first: the letter of the first source's text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pair: int
    first: Literal["A", "B"]


class Key(BaseModel):
    """What a sheet's readers do not know.

    Attributes:
        first: see `Comparison`.
        second: see `Comparison`.
        started: see `Comparison`.
        reader: the number of the reader whose sheet it is.
        places: the pairs by their numbers on the sheet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: str
    second: str
    started: int
    reader: int
    places: dict[int, Place]


def compare(first: Source, second: Source, seeds: Sequence[str], length: int) -> Comparison:
    """Have both sources write from the same seeds, and cut all texts the same way.

    Where the second did not start from the seed but from one of its own, the first follows it there.

    Raises:
        InvalidInputError: a source has no such texts.
    """
    theirs = second.write(seeds, length)
    ours = first.write([text.seed or seed for text, seed in zip(theirs, seeds, strict=True)], length)
    pairs = [Pair(cut(a, length), cut(b, length)) for a, b in zip(ours, theirs, strict=True)]
    return Comparison(first.title, second.title, sum(bool(text.seed) for text in theirs), pairs)


def shuffle(pairs: Sequence[Pair], random_seed: int, reader: int) -> list[Place]:
    """Return the pairs in an order of this reader's, the first source's text as A in half of them."""
    drawn = random.Random(f"{random_seed} {reader}")
    letters: list[Literal["A", "B"]] = ["A" if number % 2 else "B" for number in range(len(pairs))]
    drawn.shuffle(letters)
    order = list(range(len(pairs)))
    drawn.shuffle(order)
    return [Place(pair=pair, first=letter) for pair, letter in zip(order, letters, strict=True)]


def format_sheet(name: str, pairs: Sequence[Pair], places: Sequence[Place]) -> str:
    """Format a sheet that can be judged by a reader who sees nothing else."""
    questions = "\n".join(f'- "{key}": {question}' for key, question in QUESTIONS.items())
    parts = [INTRODUCTION.format(name=name, count=len(pairs), questions=questions)]
    for number, place in enumerate(places, start=1):
        pair = pairs[place.pair]
        texts = (pair.first, pair.second) if place.first == "A" else (pair.second, pair.first)
        shown = "\n\n".join(_wrap(letter, text) for letter, text in zip("AB", texts, strict=True))
        parts.append(f"\n## Pair {number}\n\n```text\n{shown}\n```\n")
    return "".join(parts)


def _wrap(letter: str, text: str) -> str:
    # A fence of a text's own would end the sheet's.
    return textwrap.fill(text.replace("```", "'''"), WIDTH, initial_indent=f"{letter}: ", subsequent_indent="   ")


def write_sheets(compared: Comparison, readers: int, stem: Path, keys: Path, random_seed: int) -> None:
    """Write each reader's sheet, and its key.

    Args:
        compared: what all of them judge.
        readers: how many there are.
        stem: the sheets' path, to which the reader's number is added.
        keys: the folder of the keys, not that of the sheets.
        random_seed: makes the orders repeatable.

    Raises:
        InvalidInputError: a file exists, or cannot be written.
    """
    if keys.resolve() == stem.parent.resolve():
        raise InvalidInputError(f"{keys} would hold the keys and the sheets: readers must not find the keys")
    for reader in range(1, readers + 1):
        places = shuffle(compared.pairs, random_seed, reader)
        name = f"{stem.name}-{reader}"
        key = Key(
            first=compared.first,
            second=compared.second,
            started=compared.started,
            reader=reader,
            places=dict(enumerate(places, start=1)),
        )
        write_new(keys / f"{name}.json", key.model_dump_json(indent=1) + "\n")
        write_new(stem.with_name(f"{name}.md"), format_sheet(name, compared.pairs, places))


def read_key(path: Path) -> Key:
    """Read a sheet's key.

    Raises:
        InvalidInputError: it cannot be read, or is no key.
    """
    try:
        return Key.model_validate_json(read_file(path))
    except ValidationError as error:
        raise InvalidInputError(f"{path} is no key of a sheet: {error.errors(include_url=False)[0]['msg']}") from None
