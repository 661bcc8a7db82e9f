"""Hold texts to compare, cut them all the same way, and keep them in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.chat.trim import trim_end
from bot.errors import InvalidInputError

COMMENT = "# "
"""Begins the first line of a file of texts, which says what wrote them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to compare.

    Attributes:
        seed: what it was started from; empty where it was started from nothing, or that is not known.
        text: all of it, the seed as well.
    """

    seed: str
    text: str


class Source(Protocol):
    """What texts come from."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:
        """Return a text for each seed, started from it where that is possible.

        Args:
            seeds: what to start from.
            length: characters that a text has at most after its seed.

        Raises:
            InvalidInputError: there are not so many texts.
        """


@dataclass(frozen=True, slots=True)
class TextFile:
    """Texts that were written before, a line each, found by their seeds.

    Attributes:
        title: what wrote them.
        texts: by their seeds.
    """

    title: str
    texts: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> TextFile:
        """Read a file that `write_texts` wrote.

        Raises:
            InvalidInputError: it cannot be read, or a line is no text with its seed.
        """
        first, *lines = read_lines(path)
        if not first.startswith(COMMENT):
            raise InvalidInputError(f"{path}: its first line must be {COMMENT!r} and what wrote the texts")
        texts = {}
        for number, line in enumerate(lines, start=2):
            seed, tab, text = line.partition("\t")
            if not (seed and tab and text.startswith(seed)):
                raise InvalidInputError(f"{path}, line {number}: allowed are a seed, a tab, and a text that starts so")
            texts[seed] = text
        return cls(first.removeprefix(COMMENT), texts)

    def write(self, seeds: Sequence[str], length: int) -> list[Text]:  # noqa: ARG002 - they are cut when laid out
        """See `Source.write`; a seed that is not in the file is an error."""
        if missing := [seed for seed in seeds if seed not in self.texts]:
            raise InvalidInputError(f"there is no text of {self.title} for the seed {missing[0]!r}")
        return [Text(seed, self.texts[seed]) for seed in seeds]


def write_texts(path: Path, title: str, texts: Sequence[Text]) -> None:
    """Write texts to a file, a line each.

    Raises:
        InvalidInputError: the file exists, or cannot be written.
    """
    lines = [f"{COMMENT}{title}", *(f"{text.seed}\t{text.text}" for text in texts)]
    write_new(path, "".join(f"{line}\n" for line in lines))


def cut(text: Text, length: int) -> str:
    """Return the first item of a text, cut where it reads best if more than `length` characters follow its seed."""
    item = text.text.partition("\n")[0].strip()
    most = len(text.seed) + length
    return item if len(item) <= most else trim_end(item[:most])


def read_seeds(path: Path) -> list[str]:
    """Read the seeds of a file, one a line; each gets a blank, as those on cards and in the tutorial have one.

    Raises:
        InvalidInputError: it cannot be read, or there are none.
    """
    return [f"{line.strip()} " for line in read_lines(path)]


def read_lines(path: Path) -> list[str]:
    """Read the lines of a file that are not blank.

    Raises:
        InvalidInputError: it cannot be read, or there are none.
    """
    lines = list(filter(str.strip, read_file(path).splitlines()))
    if not lines:
        raise InvalidInputError(f"{path} is empty")
    return lines


def read_file(path: Path) -> str:
    """Read a file of UTF-8.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{path} cannot be read: it is no UTF-8") from None


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet: sheets may be with their readers, and keys fit their sheets alone.

    Raises:
        InvalidInputError: it exists, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidInputError(f"{path} exists already: choose another name, or remove it") from None
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from None
