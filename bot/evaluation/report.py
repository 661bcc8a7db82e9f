"""Report what an evaluation found: as tables for a terminal, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
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
    rows: list[tuple[str, ...]]
    note: str

    def to_text(self) -> str:
        """Render the table for a terminal, its columns aligned."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
            for row in (self.header, *self.rows)
        ]
        return "\n  ".join([self.title, *lines, self.note])

    def to_markdown(self) -> str:
        """Render the table for a page."""
        ruler = ("---", *("---:" for _ in self.header[1:]))
        head, *rows = ([cell.replace("|", "\\|") for cell in row] for row in (self.header, *self.rows))
        lines = [f"| {' | '.join(row)} |" for row in (head, ruler, *rows)]
        return "\n".join([f"### {self.title}", "", *lines, "", self.note])


def to_json(evaluation: Evaluation) -> str:
    """Write all that was measured as JSON, by the names of the attributes."""
    return json.dumps(asdict(evaluation), indent=2, ensure_ascii=False) + "\n"


def to_text(evaluation: Evaluation) -> str:
    """Write the report for a terminal."""
    return _join_parts(evaluation, [table.to_text() for table in make_tables(evaluation)])


def to_markdown(evaluation: Evaluation) -> str:
    """Write the report for a page."""
    return _join_parts(evaluation, [table.to_markdown() for table in make_tables(evaluation)])


def _join_parts(evaluation: Evaluation, tables: list[str]) -> str:
    """Put the tables between what was measured and the top-n that is recommended."""
    changed = ""
    if evaluation.replaced or evaluation.dropped:
        changed = f"; of both, {evaluation.replaced:,} were spelled differently and {evaluation.dropped:,} dropped"
    opening = (
        f"{evaluation.model}: {evaluation.held_out_characters:,} characters held out of "
        f"{evaluation.held_out_characters + evaluation.learned_characters:,}{changed}."
    )
    advice = (
        f"Recommended top-n: {evaluation.label(evaluation.recommended)}. Of those whose share of real words is at most "
        f"{MOST_MISSPELLED:.0%} below the held-out text's, its pairs of characters come closest to real text "
        f"(Jensen-Shannon).\n{NOT_MEASURED}"
    )
    return "\n\n".join([opening, *tables, advice]) + "\n"


def make_tables(evaluation: Evaluation) -> Iterator[Table]:
    """Yield the tables of the report in their order."""
    top_ns = [f"top-n {evaluation.label(each.top_n)}" for each in evaluation.written]
    yield Table(
        "Prediction of the held-out text",
        ("", "bits per character"),
        [(": ".join(filter(None, (each.name, each.note))), f"{each.bits:.4f}") for each in evaluation.predictors],
        "Lower is better.",
    )
    closeness = [*(each.closeness for each in evaluation.written), evaluation.floor]
    yield Table(
        "Frequencies against the held-out text",
        ("", "characters: TV", "JS", "bigrams: TV", "JS"),
        [(name, *_format_closeness(each)) for name, each in zip([*top_ns, FLOOR], closeness, strict=True)],
        "TV: total variation; JS: Jensen-Shannon divergence in bits; 0 is the same, 1 nothing in common. "
        f"About {evaluation.written[0].characters:,} characters of each; {FLOOR}: as much of the learned text.",
    )
    words = [*(each.words for each in evaluation.written), evaluation.real_words]
    source = evaluation.word_list or "none was found: install wamerican-large, or name one with --words"
    yield Table(
        f"Words ({evaluation.real_words.words:,} of each)",
        ("", "in list", "in list or learned", f"distinct {TRIGRAM}-grams", f"repeated {REPEATED}-grams"),
        [(name, *_format_shares(each)) for name, each in zip([*top_ns, REAL], words, strict=True)],
        f"Word list: {source}. Repeated: stood before in the same {BLOCK:,} words.",
    )
    recited = evaluation.reciting
    name = f"top-n {evaluation.label(recited.top_n)}, {recited.characters:,} characters"
    yield Table(
        "Recited from the learned text",
        ("", "share"),
        [(name, f"{recited.share:.2%}"), (REAL, f"{recited.real_share:.2%}")],
        f"Of all runs of {recited.window} characters within an item: those that stand there word for word.",
    )


def _format_closeness(of: Closeness) -> Iterator[str]:
    for variation, divergence in (
        (of.character_variation, of.character_divergence),
        (of.bigram_variation, of.bigram_divergence),
    ):
        yield from (f"{variation:.4f}", f"{divergence:.5f}")


def _format_shares(of: WordShares) -> Iterator[str]:
    for share in (of.in_list, of.known, of.distinct_trigrams, of.repeated):
        yield "–" if share is None else f"{share:.1%}"
