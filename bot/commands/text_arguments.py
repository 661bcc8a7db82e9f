"""Declare the options that say how people's files are read, for every command that reads them."""

from __future__ import annotations

import argparse
from dataclasses import fields

from bot.training.text_files import FORMATS, ReadingOptions


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that `parse_reading_options` reads."""
    group = parser.add_argument_group("reading the files")
    group.add_argument(
        "--format", default="auto", metavar="FORMAT", help=f"{', '.join(FORMATS)} (%(default)s: by the file's name)"
    )
    group.add_argument(
        "--column", default="", metavar="NAME", help="the field of JSON Lines or CSV that holds the text"
    )
    group.add_argument(
        "--shortest", type=int, default=1, metavar="N", help="leave out items of fewer characters (%(default)d)"
    )
    group.add_argument(
        "--longest", type=int, default=0, metavar="N", help="cut longer items, between words (0: cut nothing)"
    )
    group.add_argument("--no-links", dest="keep_links", action="store_false", help="remove web addresses")
    group.add_argument(
        "--no-mentions", dest="keep_mentions", action="store_false", help="remove @name, :emoji: and the like"
    )
    group.add_argument("--lower-case", dest="keep_case", action="store_false", help="make all letters small")
    group.add_argument("--drop-slurs", action="store_true", help="leave out items with a slur")


def parse_reading_options(arguments: argparse.Namespace) -> ReadingOptions:
    """Parse the options that say how files are read.

    Raises:
        InvalidInputError: a value is not allowed.
    """
    return ReadingOptions(**{option.name: getattr(arguments, option.name) for option in fields(ReadingOptions)})
