from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelError
from bot.generation.card import CARD_FILE, Card, Use, format_card, weight_shapes
from bot.generation.model import Model
from bot.generation.vocabulary import Vocabulary
from tests.support.random_models import DEEP, GATED, TINY


@given(characters=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50), words=st.text())
def test_a_card_survives_toml_whatever_its_characters(characters: str, words: str) -> None:
    words = words.encode("utf-8", "replace").decode()  # TOML holds no lone surrogates
    card = Card(characters="".join(dict.fromkeys(characters)), layers=TINY, description=words)
    assert Card.model_validate(tomllib.loads(format_card(card))) == card


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("format = 1", "format = 2"), "format"),
        (('kind = "lstm"', 'kind = "lambda"'), "layers"),
        (('kind = "embedding", size = 8', 'kind = "lstm", units = 3'), "layers"),
        (("units = 16", "units = 0"), "units"),
        (("units = 16", "units = 1000000"), "units"),
        (("units = 16", 'units = 16, activation = "relu"'), "activation"),
        (("top_n = 4", "top_n = 0"), "top_n"),
        (('"Once upon "', '""'), "seed"),
        (("[use]", "[use"), "cannot be read"),
    ],
)
def test_a_card_with_anything_unknown_is_refused_by_name(
    tmp_path: Path, model: Model, change: tuple[str, str], complaint: str
) -> None:
    model.write(tmp_path / "tiny")
    card = tmp_path / "tiny" / CARD_FILE
    text = card.read_text()
    assert change[0] in text
    card.write_text(text.replace(*change, 1))
    with pytest.raises(ModelError, match=complaint):
        Model.read(tmp_path / "tiny")


@pytest.mark.parametrize(
    ("characters", "seeds", "expected"),
    [
        (Vocabulary.tutorial().characters, None, ("The meaning of life is ",)),
        (Vocabulary.tutorial().characters, ("Once “upon” ", "☃"), ("Once “upon” ",)),
        ("\n。あいうえおか", None, ("あ", "い", "う", "え", "お")),
        ("\nABrae", None, ("A", "B")),
        ("\nbrae", None, ("b", "r", "a", "e")),
        ("\n 12☃", None, ("1", "2", "☃")),
        ("\n", None, ("\n",)),
    ],
)
def test_no_card_has_a_seed_that_its_model_cannot_read(
    characters: str, seeds: tuple[str, ...] | None, expected: tuple[str, ...]
) -> None:
    use = Use() if seeds is None else Use(seeds=seeds)
    assert Card(characters=characters, layers=TINY, use=use).use.seeds == expected
    if seeds is None:
        assert Card(characters=characters, layers=TINY).use.seeds == expected
    assert Card(characters=characters, layers=TINY, use=Use(top_n=7)).use.top_n == 7


def test_shapes_follow_the_layers() -> None:
    card = Card(characters=Vocabulary.tutorial().characters, layers=DEEP)
    assert weight_shapes(card) == {
        "layers.0.embeddings": (98, 8),
        "layers.2.kernel": (8, 64),
        "layers.2.recurrent_kernel": (16, 64),
        "layers.2.bias": (64,),
        "layers.4.kernel": (16, 48),
        "layers.4.recurrent_kernel": (12, 48),
        "layers.4.bias": (48,),
        "output.kernel": (12, 98),
        "output.bias": (98,),
    }


def test_the_two_forms_of_gated_units_differ_in_their_bias() -> None:
    shapes = weight_shapes(Card(characters=Vocabulary.tutorial().characters, layers=GATED))
    assert shapes["layers.1.kernel"] == (8, 48)
    assert (shapes["layers.1.bias"], shapes["layers.2.bias"]) == ((2, 48), (36,))
    assert shapes["layers.3.kernel"] == (12, 40)
