from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.suggestions import CHOICE_LIMIT, MAX_CHOICES, suggest_models
from bot.generation.model import Model
from tests.support.random_models import random_model


def with_example(name: str, example: str) -> Model:
    model = random_model(name)
    use = model.card.use.model_copy(update={"example": example})
    return replace(model, card=model.card.model_copy(update={"use": use}))


def test_a_model_is_suggested_with_a_line_that_it_writes_or_else_with_its_description() -> None:
    models = [with_example("notes", "Cats may be dark."), random_model("plain")]
    assert [(choice.name, choice.value) for choice in suggest_models(models, "", "set to ")] == [
        ("set to notes – Cats may be dark.", "set to notes"),
        ("set to plain – random weights (plain)", "set to plain"),
    ]


@pytest.mark.parametrize(("typed", "names"), [("NOT", ["notes"]), ("Weights (P", ["plain"]), ("dark", [])])
def test_what_is_typed_is_looked_for_in_names_and_descriptions(typed: str, names: list[str]) -> None:
    models = [with_example("notes", "Cats may be dark."), random_model("plain")]
    assert [choice.value for choice in suggest_models(models, typed)] == names


def test_as_many_and_as_long_as_discord_shows() -> None:
    models = [with_example(f"model-{number}", "long " * 50) for number in range(MAX_CHOICES + 1)]
    choices = suggest_models(models, "")
    assert len(choices) == MAX_CHOICES
    assert {len(choice.name) for choice in choices} == {CHOICE_LIMIT}
