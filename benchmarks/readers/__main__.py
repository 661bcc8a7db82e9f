"""Have blind readers compare texts: `python -m benchmarks.readers`.

`sheets` has two sources write from the same seeds, and lays the texts out in pairs for readers who do not know which is
whose. `tally` counts what they found. `write` keeps a source's texts in a file, to compare with later.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.docs_page import PAGE, replace_section
from benchmarks.options import parse_count
from benchmarks.readers.sheets import compare, write_sheets
from benchmarks.readers.sources import HELP, open_source
from benchmarks.readers.tallies import format_tallies, read_verdicts
from benchmarks.readers.texts import Text, cut, read_seeds, write_texts
from bot.errors import CharlaError, InvalidInputError
from bot.limits import DEFAULT_LENGTH

SEEDS = Path(__file__).parent / "seeds" / "everyday.txt"
DOCS = PAGE.with_name("readers.md")
WRONG_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say.

    Returns:
        The exit code: 0, or 2 when something that was given cannot be used.
    """
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except CharlaError as error:
        print(f"readers: {error}", file=sys.stderr)
        return WRONG_USAGE
    return 0


def _write(options: argparse.Namespace) -> None:
    source = open_source(options.source, options.random_seed)
    texts = source.write(read_seeds(options.seeds), options.length)
    write_texts(options.to, source.title, [Text(text.seed, cut(text, options.length)) for text in texts])


def _lay_out(options: argparse.Namespace) -> None:
    seeds = read_seeds(options.seeds)[: options.pairs]
    if len(seeds) < options.pairs:
        raise InvalidInputError(f"{options.seeds} has {len(seeds)} seeds: --pairs {options.pairs} needs as many")
    first, second = (open_source(named, options.random_seed) for named in (options.first, options.second))
    compared = compare(first, second, seeds, options.length)
    write_sheets(compared, options.readers, options.to, options.keys, options.random_seed)


def _tally(options: argparse.Namespace) -> None:
    tallies = format_tallies(read_verdicts(options.verdicts, options.keys))
    print(tallies)
    if options.write_docs:
        replace_section("tallies of blind readers", tallies, DOCS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    write = commands.add_parser("write", help="keep a source's texts in a file")
    write.add_argument("source", metavar="SOURCE")
    write.add_argument("--to", required=True, type=Path, metavar="FILE", help="the file to write")
    write.set_defaults(run=_write)

    sheets = commands.add_parser("sheets", help="lay out two sources' texts in pairs")
    sheets.add_argument("first", metavar="SOURCE", help="whose texts are to win")
    sheets.add_argument("second", metavar="SOURCE", help="whose texts they are compared with")
    sheets.add_argument(
        "--to", required=True, type=Path, metavar="PATH",
        help="the sheets: a folder and a name that gives nothing away; -1.md, -2.md, ... are added",
    )  # fmt: skip
    sheets.add_argument("--keys", required=True, type=Path, metavar="DIR", help="the folder for the keys")
    sheets.add_argument("--pairs", type=parse_count, default=40, metavar="N", help="texts of each (%(default)d)")
    sheets.add_argument("--readers", type=parse_count, default=3, metavar="N", help="a sheet for each (%(default)d)")
    sheets.set_defaults(run=_lay_out)
    for command in (write, sheets):
        _add_writing_arguments(command)

    tally = commands.add_parser("tally", help="count verdicts")
    tally.add_argument("verdicts", nargs="+", type=Path, metavar="FILE", help="verdicts, named as their sheets")
    tally.add_argument("--keys", required=True, type=Path, metavar="DIR", help="the folder of the keys")
    tally.add_argument("--write-docs", action="store_true", help="write the tables into docs/readers.md")
    tally.set_defaults(run=_tally)
    return parser


def _add_writing_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--seeds", type=Path, default=SEEDS, metavar="FILE", help="one a line (everyday.txt)")
    command.add_argument(
        "--length", type=parse_count, default=DEFAULT_LENGTH, metavar="N", help="characters after a seed (%(default)d)"
    )
    command.add_argument("--random-seed", type=int, default=1, metavar="N", help="makes it repeatable (%(default)d)")
    command.formatter_class, command.epilog = argparse.RawDescriptionHelpFormatter, HELP


if __name__ == "__main__":
    sys.exit(main())
