"""Describe where items come from: a work, the package that brings it, and what the licence wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Origin(Enum):
    """Where a package comes from."""

    APT = "Debian"
    NPM = "npm"
    PYPI = "PyPI"


@dataclass(frozen=True, slots=True)
class Source:
    """Where items come from.

    Attributes:
        name: the work's own name.
        origin: where its package comes from.
        package: the package that brings it; two of them with a blank between.
        path: its file or folder, below the folder that the packages are installed or unpacked in.
        licence: the rights in the text that is taken; those in the rest of the package may be others.
        parse: turns the file or folder into items. It raises OSError, EOFError, ValueError or zlib.error for one
            that is damaged.
        notice: the file, below the same folder, of the notice that must go with every copy of the text; empty if the
            licence wants none, or no file of the package holds one.
    """

    name: str
    origin: Origin
    package: str
    path: str
    licence: str
    parse: Callable[[Path], Iterator[str]]
    notice: str = ""
