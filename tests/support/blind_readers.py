"""Make files of texts, sheets and verdicts, as blind readers have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.readers.sheets import QUESTIONS, Comparison, Pair, read_key, write_sheets
from benchmarks.readers.texts import Text, write_texts


def comparison(pairs: int = 6) -> Comparison:
    """Return a comparison whose texts say whose they are."""
    return Comparison("the old fox", "the grey owl", pairs, [Pair(f"yelp {n}.", f"hoot {n}.") for n in range(pairs)])


def lay_out(folder: Path, pairs: int = 6, readers: int = 1) -> Path:
    """Write the sheets `1-1.md`, `1-2.md`, ... of a comparison; return the folder of their keys."""
    write_sheets(comparison(pairs), readers, folder / "sheets" / "1", folder / "keys", random_seed=5)
    return folder / "keys"


def judge(keys: Path, name: str, choose: Callable[[int, str], str]) -> Path:
    """Write a reader's verdicts.

    Args:
        keys: the folder of the keys.
        name: the sheet's.
        choose: says "first", "second" or "tie", by the number among all pairs and the question.
    """
    letters = {"A": "B", "B": "A"}
    answers = {
        str(number): {
            question: {"first": place.first, "second": letters[place.first], "tie": "tie"}[choose(place.pair, question)]
            for question in QUESTIONS
        }
        for number, place in read_key(keys / f"{name}.json").places.items()
    }
    return write_json(keys.with_name("verdicts") / f"{name}.json", answers)


def write_json(path: Path, value: object) -> Path:
    """Write a value as JSON."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def text_file(path: Path, title: str, seeds: list[str], end: str) -> Path:
    """Write a file with a text for each seed."""
    write_texts(path, title, [Text(seed, seed + end) for seed in seeds])
    return path
