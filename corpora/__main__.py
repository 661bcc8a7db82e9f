"""`python -m corpora NAME`: build a text to train on from packaged works that are free to use."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpora.build import CORPORA, Corpus, CorpusError, build

WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Build a text and write it to a file.

    Returns:
        The exit code: 0 when the text is written; 2 when a package is missing or the file cannot be written.
    """
    arguments = _parser().parse_args(argv)
    try:
        corpus = build(CORPORA[arguments.name], arguments.root)
        corpus.write(arguments.to, overwrite=arguments.force)
    except CorpusError as error:
        sys.stderr.write(f"corpora: {error}\n")
        return WRONG_USAGE
    sys.stderr.writelines(f"{line}\n" for line in summary(corpus, arguments.root))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corpora", description="Build a text to train on from packaged works that are free to use."
    )
    parser.add_argument("name", metavar="NAME", choices=CORPORA, help=f"which text: {', '.join(CORPORA)}")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="the text to write")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="where the packages are unpacked (/)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    return parser


def summary(corpus: Corpus, root: Path) -> Iterator[str]:
    """Yield what each source gave, a line each, the sums, and the notices that must go with the text."""
    yield f"{'source':24}{'items':>8}{'characters':>13}  licence"
    for count in corpus.sources:
        yield f"{count.source.name:24}{count.items:8,}{count.characters:13,}  {count.source.licence}"
    yield f"{'together':24}{len(corpus.items):8,}{corpus.characters:13,}"
    yield f"{sum(count.slurs for count in corpus.sources)} items with slurs left out"
    for count in corpus.sources:
        if count.source.notice:
            yield f"{count.source.name}: the notice in {root / count.source.notice} goes with every copy of the text"


if __name__ == "__main__":
    sys.exit(main())
