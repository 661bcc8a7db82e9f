"""Declare the options that several benchmarks have in common."""

from __future__ import annotations

import argparse


def parse_count(text: str) -> int:
    """Parse how many times to do something.

    Raises:
        argparse.ArgumentTypeError: it is not a whole number from 1 to 1000.
    """
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000):
        raise argparse.ArgumentTypeError(f"{text!r}: allowed are whole numbers from 1 to 1000")
    return int(text)
