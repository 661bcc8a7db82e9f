from __future__ import annotations

import pytest

from corpora.item_text import as_sentence, entry_item, paragraphs, plain, sentences, shorten


def test_paragraphs_are_divided_by_blank_lines() -> None:
    assert paragraphs("\n\n  one\ntwo\n   \n\n  three\n\n") == ["  one\ntwo", "  three"]
    assert paragraphs("\n \n") == []


def test_plain_is_one_line_of_ascii() -> None:
    assert plain("“ Café” – it’s\n   so…  {K} , y\u00ades") == '"Cafe" - it\'s so... {K}, yes'


def test_sentences_know_abbreviations_and_quotes() -> None:
    text = 'Used e.g. by Mr. Smith. "Go on. Now!" (See B. Then C.) Unfinished'
    assert sentences(text) == ["Used e.g. by Mr. Smith.", '"Go on. Now!"', "(See B. Then C.)"]


def test_shorten_keeps_whole_sentences() -> None:
    assert shorten("One two. Three four. Five six.", 20) == "One two. Three four."
    assert shorten("Much too long.", 5) == ""


@pytest.mark.parametrize(
    ("text", "sentence"), [("solar flares", "Solar flares."), ("Why?", "Why?"), ('say "no!"', 'Say "no!"')]
)
def test_sayings_become_sentences(text: str, sentence: str) -> None:
    assert as_sentence(text) == sentence


@pytest.mark.parametrize(
    ("definition", "item"),
    [
        ("[slang] a {widget}: turn it", "FROB, n. A widget: turn it."),
        ("said /frob'/, twice; see {{gonk}}.", "FROB, n. Said, twice; see gonk."),
        ("found at www.example.org today.", ""),
    ],
)
def test_an_entry_has_one_form(definition: str, item: str) -> None:
    assert entry_item("frob", "n.", definition) == item
