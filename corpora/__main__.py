"""Prepare a text to train on from packaged works that are free to use: `python -m corpora NAME --to FILE`.

`python -m corpora check FILE` checks a text that was written for the network.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from bot.errors import InvalidInputError
from corpora import check
from corpora.build import FILTERS, BuiltText, Recipe, build

NAMES = tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/prepare.py")))
"""The texts there are to prepare: a folder each, whose `prepare.py` holds its `RECIPE`."""
WRONG_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Build a text and write it to a file.

    Returns:
        The exit code: 0 when the text is written; 2 when a package is missing or the file cannot be written.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        if given[:1] == ["check"]:
            return check.main(given[1:])
        arguments = _parser().parse_args(given)
        text = build(load_recipe(arguments.name), arguments.root)
        text.write(arguments.to, overwrite=arguments.force)
    except InvalidInputError as error:
        sys.stderr.write(f"corpora: {error}\n")
        return WRONG_USAGE
    sys.stderr.writelines(f"{line}\n" for line in summarise(text, arguments.root))
    return 0


def load_recipe(name: str) -> Recipe:
    """Return the recipe of a text, one of `NAMES`."""
    recipe = import_module(f"corpora.{name}.prepare").RECIPE
    assert isinstance(recipe, Recipe)  # noqa: S101 - each prepare.py holds one
    return recipe


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="corpora", description=__doc__)
    parser.add_argument("name", metavar="NAME", choices=NAMES, help=f"which text: {', '.join(NAMES)}")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE", help="the text to write")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="where the packages are unpacked (/)"
    )
    parser.add_argument("--force", action="store_true", help="overwrite FILE if it exists")
    return parser


def summarise(text: BuiltText, root: Path) -> Iterator[str]:
    """Yield what each source gave and what was left out of it, a line each, and the notices that go with the text."""
    yield f"{'source':36}{'items':>8}{'characters':>13}  licence"
    for count in text.sources:
        yield f"{count.source.name:36}{count.items:8,}{count.characters:13,}  {count.source.licence}"
        for reason in FILTERS:
            if size := count.left_out[reason]:
                yield f"{'  left out: ' + reason:36}{'':8}{size:13,}"
    yield f"{'together':36}{len(text.items):8,}{text.characters:13,}"
    for count in text.sources:
        if count.source.notice:
            yield f"{count.source.name}: the notice in {root / count.source.notice} goes with every copy of the text"


if __name__ == "__main__":
    sys.exit(main())
