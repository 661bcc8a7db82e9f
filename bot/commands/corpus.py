"""`charla corpus`: build a text to train on from public-domain packages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.commands import as_usage_error
from bot.training.corpus import Corpus, CorpusError, build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `corpus`."""
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
        corpus = build(arguments.root)
        corpus.write(arguments.to, overwrite=arguments.force)
    sys.stderr.writelines(f"{line}\n" for line in table(corpus))
    return 0


def table(corpus: Corpus) -> Iterator[str]:
    """What each source gave, a line each, and all together."""
    yield f"{'source':24}{'items':>8}{'characters':>13}  licence"
    for source in corpus.sources:
        yield f"{source.name:24}{source.items:8,}{source.characters:13,}  {source.licence}"
    yield f"{'together':24}{len(corpus.items):8,}{corpus.characters:13,}"
    slurs = sum(source.slurs for source in corpus.sources)
    yield f"{slurs} items with slurs left out"
