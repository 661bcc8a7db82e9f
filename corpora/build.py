"""Builds a text to train on, one item a line, from works that are packaged and free to use."""

from __future__ import annotations

import os
import random
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.moderation.word_filter import contains_slur
from corpora.item_text import LONGEST_ITEM
from corpora.sources import (
    AUSTEN,
    DEFINITIONS,
    DEVIL,
    EPIGRAMS,
    EXCUSES,
    FORTUNES,
    JARGON,
    JARGON_CHAPTERS,
    KING_JAMES,
    MANUALS,
    MOBY_DICK,
    SPEECHES,
    WEBSTER,
    WORDNET,
    Origin,
    Source,
)

SHORTEST_ITEM = 12
"""In characters; shorter ones are left out."""
SHARED = 40
"""Characters in a row that two items have in common when one quotes the other, or both a third."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a text is made of.

    Attributes:
        sources: where its items come from, in this order.
        longest: the most characters of an item; longer ones are left out.
        apart_from: another recipe; its items are left out, and items that share `SHARED` characters in a row with one.
    """

    sources: tuple[Source, ...]
    longest: int = LONGEST_ITEM
    apart_from: Recipe | None = None


# No longer than most replies: the model learns to come to an end in time.
_LEXICON = Recipe((JARGON, DEVIL, DEFINITIONS, EXCUSES, EPIGRAMS), longest=300)

CORPORA = {
    "lexicon": _LEXICON,
    "wit": Recipe((JARGON, JARGON_CHAPTERS, DEVIL, DEFINITIONS, FORTUNES), apart_from=_LEXICON),
    "dictionaries": Recipe((WORDNET, WEBSTER)),
    "english": Recipe((WORDNET, WEBSTER, *MANUALS, AUSTEN, MOBY_DICK)),
    "manuals": Recipe(MANUALS),
    "scripture": Recipe((KING_JAMES,)),
    "prose": Recipe((AUSTEN, MOBY_DICK, SPEECHES)),
}
"""The texts there are to build, by name."""
SHUFFLE_SEED = 1906
"""Fixes the order of the items, so that the same packages make the same text."""


class CorpusError(ValueError):
    """A corpus that cannot be built or written; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What a source gave to a corpus.

    Attributes:
        source: where the items came from.
        items: how many of the corpus's items are its.
        characters: their size, line breaks included.
        slurs: items left out because they hold a slur.
    """

    source: Source
    items: int
    characters: int
    slurs: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A text to train on.

    Attributes:
        items: one-line ASCII texts without duplicates, in a shuffled order that is always the same.
        sources: what each source gave, in the order they were read.
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


def build(recipe: Recipe, root: Path = Path("/")) -> Corpus:
    """Read the recipe's sources below `root`, the folder that their packages are installed or unpacked in.

    Raises:
        CorpusError: a package is missing or cannot be read.
    """
    apart = _Passages(build(recipe.apart_from, root).items if recipe.apart_from else ())
    _require(recipe.sources, root)
    seen: set[str] = set()
    counts: list[SourceCount] = []
    everything: list[str] = []
    for source in recipe.sources:
        fitting = (item for item in _read(source, root) if len(item) <= recipe.longest and item not in apart)
        items, slurs = _sift(fitting, seen)
        counts.append(SourceCount(source, len(items), _characters(items), slurs))
        everything += items
    random.Random(SHUFFLE_SEED).shuffle(everything)
    return Corpus(tuple(everything), tuple(counts))


class _Passages:
    """What stands in some items, to know other items by that share a passage with them."""

    def __init__(self, items: Iterable[str]) -> None:
        self._known = {passage for item in items for passage in self._of(item)}

    def __contains__(self, item: str) -> bool:
        return any(passage in self._known for passage in self._of(item))

    @staticmethod
    def _of(item: str) -> Iterator[str]:
        """Every passage of `SHARED` characters, or all of a shorter item; small letters, no marks at either end."""
        text = item.lower().strip(" \"'.!?")
        return (text[start : start + SHARED] for start in range(max(len(text) - SHARED, 0) + 1))


def _require(sources: Sequence[Source], root: Path) -> None:
    missing = [source for source in sources if not (root / source.path).exists()]
    if missing:
        names = ", ".join(source.package for source in missing)
        ways = _ways_with_npm(sources) if _packages(sources, Origin.NPM) else _ways_of_apt(missing)
        raise CorpusError(f"{names}: not found below {root}; {ways}")


def _ways_of_apt(missing: Sequence[Source]) -> str:
    names = _packages(missing, Origin.APT)
    return (
        f"`apt-get install {names}` brings what is missing; or, without installing, `apt-get download {names}`, "
        "`dpkg-deb -x FILE FOLDER` for each file, and --root FOLDER"
    )


def _ways_with_npm(sources: Sequence[Source]) -> str:
    # npm does not install below / as Debian does: all packages, also those found, go to a folder of their own.
    return (
        "all packages of this text go to one folder: "
        f"`apt-get download {_packages(sources, Origin.APT)}`, `dpkg-deb -x FILE FOLDER` for each file, "
        f"`npm install --ignore-scripts --prefix FOLDER {_packages(sources, Origin.NPM)}`, and --root FOLDER"
    )


def _packages(sources: Sequence[Source], origin: Origin) -> str:
    return " ".join(source.package for source in sources if source.origin is origin)


def _read(source: Source, root: Path) -> Iterator[str]:
    path = root / source.path
    try:
        yield from source.parse(path)
    except OSError as error:
        name = error.filename or path
        raise CorpusError(f"{name} of {source.package} cannot be read: {error.strerror or error}") from None
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
