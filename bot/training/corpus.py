"""Builds a text to train on, one item a line, from public-domain texts that Debian packages."""

from __future__ import annotations

import os
import random
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.training.slurs import contains_slur
from bot.training.sources import SOURCES, Source

SHORTEST_ITEM = 12
"""In characters; shorter ones are left out."""
SHUFFLE_SEED = 1906
"""Fixes the order of the items, so that the same packages make the same text."""


class CorpusError(ValueError):
    """A corpus that cannot be built or written; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What a source gave to a corpus.

    Attributes:
        name: the work's own name.
        licence: what its package says about the rights in it.
        package: the Debian package it came from.
        items: how many of the corpus's items are its.
        characters: their size, line breaks included.
        slurs: items left out because they hold a slur.
    """

    name: str
    licence: str
    package: str
    items: int
    characters: int
    slurs: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text to train on.

    Attributes:
        items: one-line ASCII texts without duplicates, in a shuffled order that is always the same.
        sources: where they came from, in the order of `SOURCES`.
    """

    items: tuple[str, ...]
    sources: tuple[SourceCount, ...]

    @property
    def characters(self) -> int:
        """The size of the text, line breaks included."""
        return _characters(self.items)

    def write(self, path: Path, *, overwrite: bool = False) -> None:
        """Write the items to `path`, one a line; on an error, what was there before stays as it was.

        Raises:
            CorpusError: the file exists and `overwrite` is not set, or it cannot be written.
        """
        if path.is_dir():
            raise CorpusError(f"{path} is a folder: give the name of a file")
        if path.exists() and not overwrite:
            raise CorpusError(f"{path} exists already: overwrite it with --force, or choose another name")
        try:
            _write_atomically(path, "".join(f"{item}\n" for item in self.items))
        except OSError as error:
            raise CorpusError(f"{path} cannot be written: {error.strerror}") from None


def build(root: Path = Path("/")) -> Corpus:
    """Read every source below `root`, the folder that the packages' files are installed or unpacked in.

    Raises:
        CorpusError: a package is missing or its file cannot be read.
    """
    _require(root)
    seen: set[str] = set()
    counts: list[SourceCount] = []
    everything: list[str] = []
    for source in SOURCES:
        items, slurs = _sift(_read(source, root), seen)
        counts.append(SourceCount(source.name, source.licence, source.package, len(items), _characters(items), slurs))
        everything += items
    random.Random(SHUFFLE_SEED).shuffle(everything)
    return Corpus(tuple(everything), tuple(counts))


def _require(root: Path) -> None:
    missing = [source.package for source in SOURCES if not (root / source.path).is_file()]
    if missing:
        names = " ".join(missing)
        raise CorpusError(
            f"{', '.join(missing)}: not found below {root}; `apt-get install {names}` brings what is missing; or, "
            f"without installing, `apt-get download {names}`, "
            "`dpkg-deb -x FILE FOLDER` for each file, and --root FOLDER"
        )


def _read(source: Source, root: Path) -> Iterator[str]:
    path = root / source.path
    try:
        yield from source.parse(path)
    except OSError as error:
        raise CorpusError(f"{path} of {source.package} cannot be read: {error.strerror or error}") from None
    except (EOFError, ValueError, zlib.error) as error:
        raise CorpusError(f"{path} of {source.package} is damaged: {error}") from None


def _sift(items: Iterable[str], seen: set[str]) -> tuple[list[str], int]:
    kept: list[str] = []
    slurs = 0
    for item in items:
        if len(item) < SHORTEST_ITEM or item.lower() in seen:
            continue
        seen.add(item.lower())
        if contains_slur(item):
            slurs += 1
        else:
            kept.append(item)
    return kept, slurs


def _characters(items: Iterable[str]) -> int:
    return sum(len(item) + 1 for item in items)


def _write_atomically(path: Path, text: str) -> None:
    # In the same folder, so that taking the name over is one step of the file system.
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes it private, but a text of public-domain works is for everyone whom the umask allows.
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
