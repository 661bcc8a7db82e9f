"""Read readers' verdicts, look up their keys, and count: wins, ties and losses by question."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.readers.sheets import ANSWERS, QUESTIONS, Key, read_key
from benchmarks.readers.texts import read_file
from benchmarks.tables import NOTHING, format_table
from bot.errors import InvalidInputError

HEADS = ("question", "wins", "ties", "losses", "won of the decided", "by pair")
TITLES = {"fluent": "fluent?", "sense": "makes sense?", "smile": "smile or repeat?"}
"""The questions, as the tables name them."""

Answers = dict[int, dict[str, str]]
"""A reader's answers: by a pair's number on the sheet, by question."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one reader said of one sheet.

    Attributes:
        key: the sheet's.
        results: by question, then by the pair's number among all: 1 for a win of the first source, 0 for a tie, -1 for
            a loss.
    """

    key: Key
    results: dict[str, dict[int, int]]

    @classmethod
    def read(cls, path: Path, keys: Path) -> Self:
        """Read a file of verdicts, and the key of the same name.

        Raises:
            InvalidInputError: one of them cannot be read, or an answer is missing or not allowed.
        """
        key = read_key(keys / f"{path.stem}.json")
        answers = read_answers(path, key)
        results = {
            question: {
                place.pair: _score(answers[number][question], place.first) for number, place in key.places.items()
            }
            for question in QUESTIONS
        }
        return cls(key, results)


def _score(answer: str, first: str) -> int:
    if answer == "tie":
        return 0
    return 1 if answer == first else -1


def read_answers(path: Path, key: Key) -> Answers:
    """Read a reader's answers, and check that there is one for each pair and question.

    Raises:
        InvalidInputError: the file cannot be read, or an answer is missing or not allowed.
    """
    try:
        found = json.loads(read_file(path))
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{path} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise InvalidInputError(f"{path}: wanted is an object of pairs, not {type(found).__name__}")
    numbers = {str(number): number for number in key.places}
    if unknown := [name for name in found if name not in numbers]:
        raise InvalidInputError(f"{path}: there is no pair {unknown[0]!r}: its sheet has pairs 1 to {len(numbers)}")
    if missing := [name for name in numbers if name not in found]:
        raise InvalidInputError(f"{path}: no verdict on pair {', '.join(missing)}")
    for name, answers in found.items():
        _check_answers(f"{path}, pair {name}", answers)
    return {numbers[name]: answers for name, answers in found.items()}


def _check_answers(where: str, answers: object) -> None:
    if not isinstance(answers, dict):
        raise InvalidInputError(f"{where}: {answers!r}; wanted is an answer to each of {', '.join(QUESTIONS)}")
    if unknown := [question for question in answers if question not in QUESTIONS]:
        raise InvalidInputError(f"{where}: there is no question {unknown[0]!r}: there are {', '.join(QUESTIONS)}")
    if missing := [question for question in QUESTIONS if question not in answers]:
        raise InvalidInputError(f"{where}: no answer to {', '.join(missing)}")
    for question, answer in answers.items():
        if answer not in ANSWERS:
            raise InvalidInputError(f"{where}, {question}: {answer!r}; allowed are {', '.join(ANSWERS)}")


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the first source's texts won, tied and lost."""

    wins: int
    ties: int
    losses: int

    @classmethod
    def count(cls, results: Iterable[int]) -> Self:
        """Count results: above 0 for a win, below for a loss."""
        signs = [(result > 0) - (result < 0) for result in results]
        return cls(signs.count(1), signs.count(0), signs.count(-1))

    @property
    def share(self) -> float | None:
        """The share of the decided ones that were won; None where none was decided."""
        decided = self.wins + self.losses
        return self.wins / decided if decided else None

    def __str__(self) -> str:
        return f"{self.wins}, {self.ties}, {self.losses}"


def read_verdicts(paths: Sequence[Path], keys: Path) -> list[Verdict]:
    """Read all files of verdicts.

    Raises:
        InvalidInputError: see `Verdict.read`; or two files are verdicts on the same sheet.
    """
    seen: dict[str, Path] = {}
    for path in paths:
        if path.stem in seen:
            raise InvalidInputError(f"{seen[path.stem]} and {path} are both verdicts on sheet {path.stem}")
        seen[path.stem] = path
    return [Verdict.read(path, keys) for path in paths]


def format_tallies(verdicts: Sequence[Verdict]) -> str:
    """Format a table for each comparison, in the order in which the first verdicts on them come."""
    compared: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        compared[verdict.key.first, verdict.key.second].append(verdict)
    parts = []
    for (first, second), group in compared.items():
        readers = sorted(group, key=lambda verdict: verdict.key.reader)
        heads = [*HEADS, *(f"reader {verdict.key.reader}" for verdict in readers)]
        table = "\n".join(format_table(heads, _rows(readers)))
        key = readers[0].key
        pairs = f"{len(key.places)} pairs each, {key.started} from the same seed"
        parts.append(f"**{first}**, against {second}; {pairs}:\n\n{table}")
    return "\n\n".join(parts)


def _rows(readers: Sequence[Verdict]) -> Iterator[list[str]]:
    for question, title in TITLES.items():
        each = [verdict.results[question] for verdict in readers]
        together = Tally.count(result for results in each for result in results.values())
        # A pair is won where more readers chose the first source's text than the second's.
        by_pair = Tally.count(sum(results[pair] for results in each) for pair in each[0])
        share = NOTHING if together.share is None else f"{together.share:.0%}"
        counts = [str(number) for number in (together.wins, together.ties, together.losses)]
        yield [title, *counts, share, str(by_pair), *(str(Tally.count(results.values())) for results in each)]
