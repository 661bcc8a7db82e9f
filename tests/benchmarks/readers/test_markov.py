from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.readers.markov import MarkovSource, read_texts, remember_passages
from benchmarks.readers.sources import open_source
from benchmarks.readers.texts import Text
from bot.errors import InvalidInputError

LEARNED = "The moon has been moved to the other side of the garden for now."


class FixedChain:
    """Says the next of its sentences for a start, over and over; without one, those of an empty start."""

    def __init__(self, sentences: dict[str, list[str | None]]) -> None:
        self._sentences = sentences
        self.asked: list[str] = []

    def make_sentence(self, *, tries: int) -> str | None:
        return self._next("")

    def make_sentence_with_start(self, beginning: str, *, strict: bool, tries: int) -> str | None:
        self.asked.append(beginning)
        return self._next(beginning if strict else f"... {beginning}")

    def _next(self, start: str) -> str | None:
        sentences = self._sentences[start]
        sentences.append(sentences.pop(0))
        return sentences[-1]


def source(sentences: dict[str, list[str | None]]) -> MarkovSource:
    return MarkovSource("a chain", FixedChain(sentences), 2, remember_passages([LEARNED, "Short."]))


def test_a_sentence_goes_on_from_the_seed() -> None:
    found = source({"My cat": ["My cat sings."]}).write(["My cat "], 280)
    assert found == [Text("My cat ", "My cat sings.")]


def test_a_longer_seed_is_gone_on_with_from_its_last_words() -> None:
    found = source({"no longer": ["no longer sing."]}).write(["Cats can no longer "], 280)
    assert found == [Text("Cats can no longer ", "Cats can no longer sing.")]


def test_words_that_no_item_starts_with_are_looked_for_within_items() -> None:
    found = source({"... Cats": [None, "Cats sing."]}).write(["Cats "], 280)
    assert found == [Text("Cats ", "Cats sing.")]


def test_what_is_recited_or_too_long_is_begun_anew() -> None:
    recited = f"Cats know: {LEARNED}"
    found = source({"Cats": [recited, f"Cats {'sing ' * 20}.", "Cats sing."]}).write(["Cats "], 80)
    assert found == [Text("Cats ", "Cats sing.")]


def test_where_nothing_goes_on_from_a_seed_a_sentence_starts_from_nothing() -> None:
    found = source({"": [LEARNED, None, "Dogs sing."], "Cats": [f"Cats: {LEARNED}"]}).write(["Cats "], 280)
    assert found == [Text("", "Dogs sing.")]


def test_where_all_is_recited_that_is_told() -> None:
    with pytest.raises(InvalidInputError, match="a chain: 1,000 sentences were all recited, or longer than 280"):
        source({"": [LEARNED]}).write(["Cats "], 280)


def test_a_text_is_a_file_or_all_texts_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.\nTwo.\n")
    (tmp_path / "b.txt").write_text("Three.\n")
    (tmp_path / "c.md").write_text("No text.\n")
    assert read_texts(tmp_path) == ["One.", "Two.", "Three."]
    assert read_texts(tmp_path / "b.txt") == ["Three."]
    (tmp_path / "none").mkdir()
    with pytest.raises(InvalidInputError, match="there is no text in it"):
        read_texts(tmp_path / "none")


def test_where_markovify_is_not_installed_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markovify", None)
    with pytest.raises(InvalidInputError, match="markovify is not installed here"):
        open_source(f"markovify:{tmp_path}")


def test_markovify_itself_writes_from_seeds_and_recites_nothing(tmp_path: Path) -> None:
    pytest.importorskip("markovify", reason="markovify is not installed: it stands in no lock file")
    path = tmp_path / "pets.txt"
    pets, deeds = ("Cats", "Dogs", "Birds", "Fish"), ("sing in the morning", "sleep in the garden", "talk in the rain")
    path.write_text("".join(f"{pet} {deed} and {more}.\n" for pet in pets for deed in deeds for more in deeds))
    chain = open_source(f"markovify:{path},order=1", random_seed=3)
    texts = chain.write(["Cats ", "Zebras "], 280)
    assert chain.title.endswith("of order 1 on pets")
    assert [text.seed for text in texts] == ["Cats ", ""]
    assert not any(text.text in path.read_text() for text in texts)
    assert texts == open_source(f"markovify:{path},order=1", random_seed=3).write(["Cats ", "Zebras "], 280)
