"""Parse what a person names as a source of texts."""

from __future__ import annotations

from pathlib import Path

from benchmarks.readers import markov
from benchmarks.readers.models import ModelSource, read_model
from benchmarks.readers.texts import Source, TextFile
from benchmarks.readers.tutorial import TutorialSource, read_samples
from bot.errors import InvalidInputError

OPTIONS = {"model": ("top-n", "commit"), "file": (), "markovify": ("order",), "tutorial": ()}
"""The kinds of sources, and the options of each."""
HELP = """a source of texts is one of
  model:FOLDER[,top-n=N][,commit=C]   a model as its card advises, or at a top-n; now, or at a commit
  file:FILE                           texts that `write` wrote
  markovify:PATH[,order=N]            chains of words (order 2) of a text, or of all texts in a folder
  tutorial:FILE                       the samples printed on the tutorial's third page, in Markdown"""


def open_source(named: str, random_seed: int = 0) -> Source:
    """Open a source, as in `markovify:texts/patchnotes,order=3`.

    Args:
        named: its kind, a colon, a path, and perhaps options, each after a comma.
        random_seed: makes its texts repeatable.

    Raises:
        InvalidInputError: there is no such kind or option, or what it names cannot be read.
        ModelError: the model is unusable.
    """
    kind, _, rest = named.partition(":")
    path_text, *parts = rest.split(",")
    if kind not in OPTIONS or not path_text:
        raise InvalidInputError(f"source {named!r}: allowed are KIND:PATH, with the kinds {', '.join(OPTIONS)}")
    options = dict(part.partition("=")[::2] for part in parts)
    if unknown := [name for name in options if name not in OPTIONS[kind]]:
        allowed = ", ".join(OPTIONS[kind]) or "none"
        raise InvalidInputError(f"source {named!r}: option {unknown[0]!r}; allowed are {allowed}")
    path = Path(path_text)
    match kind:
        case "model":
            top_n = _parse_number(named, options.get("top-n"), 0)
            commit = options.get("commit", "")
            return ModelSource(read_model(path, commit), top_n, random_seed, commit)
        case "markovify":
            return markov.learn(path, _parse_number(named, options.get("order"), 2), random_seed)
        case "tutorial":
            return TutorialSource(read_samples(path), random_seed)
    return TextFile.read(path)


def _parse_number(named: str, text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000):
        raise InvalidInputError(f"source {named!r}: {text!r}; allowed are whole numbers from 1 to 1000")
    return int(text)
