"""Report what an evaluation found: as tables for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bot.evaluation.frequencies import MOST_MISSPELLED, NOT_MEASURED, Closeness
from bot.evaluation.words import BLOCK, REPEATED, TRIGRAM, WordShares

REAL = "held-out text"
FLOOR = "real text"


@dataclass(frozen=True)
class Predictor:
    """How well something predicts the held-out text.

    Attributes:
        name: what it is.
        bits: per character, lower is better.
        note: what else there is to know, the reason why it was not measured, say.
    """

    name: str
    bits: float
    note: str = ""


@dataclass(frozen=True)
class Written:
    """What was measured of the text written at one top-n.

    Attributes:
        top_n: how many of the likeliest characters were kept.
        characters: how many were written.
        closeness: of their frequencies to the held-out text's.
        words: their shares, over as many words as all others.
    """

    top_n: int
    characters: int
    closeness: Closeness
    words: WordShares


@dataclass(frozen=True)
class Recitation:
    """How much of a text stands in the learned text word for word.

    Attributes:
        top_n: what the text was written at.
        characters: how many were written.
        window: how many characters in a row count.
        share: of all such runs, 0 to 1.
        real_share: the same of the held-out text.
    """

    top_n: int
    characters: int
    window: int
    share: float
    real_share: float


@dataclass(frozen=True)
class Evaluation:
    """All that was measured of a model.

    Attributes:
        model: its name.
        vocabulary_size: how many ids it has; a top-n of as many keeps all.
        learned_characters: the size of the text it learned from, line breaks included.
        held_out_characters: the size of the text it is measured by.
        replaced: characters of both that were spelled differently for the model's vocabulary.
        dropped: characters of both that had to be left out.
        predictors: the model first.
        written: by rising top-n.
        floor: how close real text comes to the held-out text: as much of the learned text as was written.
        real_words: the held-out text's words.
        word_list: the file that says which words exist; empty where there was none.
        reciting: how much is recited.
        recommended: the top-n to use, see `bot.evaluation.frequencies.recommend`.
        random_seed: what the text was sampled with.
    """

    model: str
    vocabulary_size: int
    learned_characters: int
    held_out_characters: int
    replaced: int
    dropped: int
    predictors: tuple[Predictor, ...]
    written: tuple[Written, ...]
    floor: Closeness
    real_words: WordShares
    word_list: str
    reciting: Recitation
    recommended: int
    random_seed: int

    def label(self, top_n: int) -> str:
        """Return what a top-n is called: "all" where it keeps everything."""
        return "all" if top_n >= self.vocabulary_size else str(top_n)


@dataclass(frozen=True)
class Table:
    """A table with a title, a line under it, and a column that names each row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


def to_json(evaluation: Evaluation) -> str:
    """Everything, by the names of the attributes."""
    return json.dumps(asdict(evaluation), indent=2, ensure_ascii=False) + "\n"


def to_text(evaluation: Evaluation) -> str:
    """For a terminal."""
    parts = [_opening(evaluation), *map(_text_table, tables(evaluation)), advice(evaluation)]
    return "\n\n".join(parts) + "\n"


def to_markdown(evaluation: Evaluation) -> str:
    """For a page."""
    parts = [_opening(evaluation), *map(_markdown_table, tables(evaluation)), advice(evaluation)]
    return "\n\n".join(parts) + "\n"


def advice(evaluation: Evaluation) -> str:
    """Return what top-n is recommended, by what, and what that leaves open."""
    return (
        f"Recommended top-n: {evaluation.label(evaluation.recommended)}. Of those whose share of real words is at most "
        f"{MOST_MISSPELLED:.0%} below the held-out text's, its pairs of characters come closest to real text "
        f"(Jensen-Shannon).\n{NOT_MEASURED}"
    )


def tables(evaluation: Evaluation) -> Iterator[Table]:
    """Yield the tables of the report in their order."""
    yield _prediction(evaluation)
    yield _frequencies(evaluation)
    yield _words(evaluation)
    yield _reciting(evaluation)


def _opening(evaluation: Evaluation) -> str:
    changed = ""
    if evaluation.replaced or evaluation.dropped:
        changed = f"; of both, {evaluation.replaced:,} were spelled differently and {evaluation.dropped:,} dropped"
    return (
        f"{evaluation.model}: {evaluation.held_out_characters:,} characters held out of "
        f"{evaluation.held_out_characters + evaluation.learned_characters:,}{changed}."
    )


def _prediction(evaluation: Evaluation) -> Table:
    return Table(
        "Prediction of the held-out text",
        ("", "bits per character"),
        tuple(
            (f"{each.name}: {each.note}" if each.note else each.name, f"{each.bits:.4f}")
            for each in evaluation.predictors
        ),
        "Lower is better.",
    )


def _frequencies(evaluation: Evaluation) -> Table:
    rows = [(f"top-n {evaluation.label(each.top_n)}", each.closeness) for each in evaluation.written]
    return Table(
        "Frequencies against the held-out text",
        ("", "characters: TV", "JS", "bigrams: TV", "JS"),
        tuple(
            (
                name,
                f"{of.character_variation:.4f}",
                f"{of.character_divergence:.5f}",
                f"{of.bigram_variation:.4f}",
                f"{of.bigram_divergence:.5f}",
            )
            for name, of in [*rows, (FLOOR, evaluation.floor)]
        ),
        "TV: total variation; JS: Jensen-Shannon divergence in bits; 0 is the same, 1 nothing in common. "
        f"About {evaluation.written[0].characters:,} characters of each; {FLOOR}: as much of the learned text.",
    )


def _words(evaluation: Evaluation) -> Table:
    rows = [(f"top-n {evaluation.label(each.top_n)}", each.words) for each in evaluation.written]
    source = evaluation.word_list or "none was found: install wamerican-large, or name one with --words"
    return Table(
        f"Words ({evaluation.real_words.words:,} of each)",
        ("", "in list", "in list or learned", f"distinct {TRIGRAM}-grams", f"repeated {REPEATED}-grams"),
        tuple(
            (
                name,
                "–" if of.in_list is None else f"{of.in_list:.1%}",
                f"{of.known:.1%}",
                f"{of.distinct_trigrams:.1%}",
                f"{of.repeated:.1%}",
            )
            for name, of in [*rows, (REAL, evaluation.real_words)]
        ),
        f"Word list: {source}. Repeated: stood before in the same {BLOCK:,} words.",
    )


def _reciting(evaluation: Evaluation) -> Table:
    of = evaluation.reciting
    return Table(
        "Recited from the learned text",
        ("", "share"),
        (
            (f"top-n {evaluation.label(of.top_n)}, {of.characters:,} characters", f"{of.share:.2%}"),
            (REAL, f"{of.real_share:.2%}"),
        ),
        f"Of all runs of {of.window} characters within an item: those that stand there word for word.",
    )


def _text_table(table: Table) -> str:
    widths = [max(map(len, column)) for column in zip(table.header, *table.rows, strict=True)]
    lines = [_aligned(row, widths) for row in (table.header, *table.rows)]
    return "\n".join([table.title, *(f"  {line}" for line in lines), f"  {table.note}"])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = row
    cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
    return "  ".join([first.ljust(widths[0]), *cells]).rstrip()


def _markdown_table(table: Table) -> str:
    ruler = ("---", *("---:" for _ in table.header[1:]))
    rows = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (table.header, *table.rows)
    ]
    return "\n".join([f"### {table.title}", "", rows[0], f"| {' | '.join(ruler)} |", *rows[1:], "", table.note])
