"""`charla corpus`: build a text to train on from packaged works that are free to use."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.commands import as_usage_error
from bot.training.corpus import CORPORA, Corpus, CorpusError, build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `corpus`."""
    parser.add_argument("name", metavar="NAME", choices=CORPORA, help=f"which text: {', '.join(CORPORA)}")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="the text to write")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="where the packages are unpacked (/)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")


def run(arguments: argparse.Namespace) -> int:
    """Build the text, write it, and say on standard error what is in it; 0 when it is written.

    Raises:
        UsageError: a package is missing, or the file cannot be written.
    """
    with as_usage_error(CorpusError):
        corpus = build(CORPORA[arguments.name], arguments.root)
        corpus.write(arguments.to, overwrite=arguments.force)
    sys.stderr.writelines(f"{line}\n" for line in summary(corpus, arguments.root))
    return 0


def summary(corpus: Corpus, root: Path) -> Iterator[str]:
    """What each source gave, a line each, all together, and the notices that must go with the text."""
    yield f"{'source':24}{'items':>8}{'characters':>13}  licence"
    for count in corpus.sources:
        yield f"{count.source.name:24}{count.items:8,}{count.characters:13,}  {count.source.licence}"
    yield f"{'together':24}{len(corpus.items):8,}{corpus.characters:13,}"
    yield f"{sum(count.slurs for count in corpus.sources)} items with slurs left out"
    for count in corpus.sources:
        if count.source.notice:
            yield f"{count.source.name}: the notice in {root / count.source.notice} goes with every copy of the text"
