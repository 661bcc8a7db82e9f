from __future__ import annotations

import random
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import InvalidInputError
from bot.generation.card import Dropout, Embedding
from bot.generation.catalog import SHIPPED_BASES, SHIPPED_MODELS
from bot.generation.model import Model
from bot.training.plan import DEFAULT_BASE, TrainingRequest
from bot.training.training_run import TrainingRun
from tests.support.random_models import DEEP, random_model

WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "a", "dog", "ran"]


def some_items(words: list[str] = WORDS) -> list[str]:
    source = random.Random(1)
    return [f"{' '.join(source.choices(words, k=8))} {place}" for place in range(600)]


def a_wish(**changes: Any) -> TrainingRequest:
    return TrainingRequest(**({"sources": ("cats.txt",), "licence": "public domain"} | changes))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".training-cats"


def test_a_small_english_text_goes_on_from_the_shipped_base(folder: Path) -> None:
    run = TrainingRun.start(folder, some_items(), a_wish(), [SHIPPED_MODELS, SHIPPED_BASES])
    assert run.base
    assert run.base.name == run.plan.base == DEFAULT_BASE
    assert run.draft_card().characters.startswith(run.base.card.characters)
    assert run.options.learning_rate < 0.003
    assert [layer.kind for layer in run.draft_card().layers] == [layer.kind for layer in run.base.card.layers]
    assert run.draft_card().layers[-1] == Dropout(rate=run.options.dropout)


@pytest.mark.parametrize(
    ("items", "wish"),
    [
        (some_items(["ночь", "улица", "фонарь", "аптека"]), a_wish()),
        (some_items(), a_wish(from_scratch=True)),
        (some_items(), a_wish(options={"units": 64})),
        (some_items(), a_wish(vocabulary="tutorial")),
    ],
)
def test_what_the_base_is_no_use_for_starts_from_scratch(folder: Path, items: list[str], wish: TrainingRequest) -> None:
    run = TrainingRun.start(folder, items, wish, [SHIPPED_MODELS, SHIPPED_BASES])
    assert run.base is None
    assert run.plan.base == ""
    assert run.draft_card().layers[0] == Embedding(size=64)


def test_without_a_shipped_base_it_starts_from_scratch(folder: Path, tmp_path: Path) -> None:
    assert TrainingRun.start(folder, some_items(), a_wish(), [tmp_path]).base is None


def test_a_run_is_taken_up_as_it_was_started(folder: Path, tmp_path: Path) -> None:
    random_model("base", DEEP).write(tmp_path / "base")
    started = TrainingRun.start(folder, some_items(), a_wish(base="base", options={"epochs": 3.0}), [tmp_path])
    resumed = TrainingRun.resume(folder, [tmp_path])
    assert resumed.plan == started.plan
    assert resumed.text.facts == started.text.facts
    assert resumed.draft_card() == started.draft_card()
    assert resumed.base
    assert resumed.base.name == "base"


def test_a_run_that_is_taken_up_may_get_other_minutes_and_keeps_them(folder: Path, tmp_path: Path) -> None:
    started = TrainingRun.start(folder, some_items(), a_wish(from_scratch=True), [tmp_path])
    prolonged = TrainingRun.resume(folder, [tmp_path], minutes=77.0)
    assert prolonged.options == replace(started.options, minutes=77.0)
    with pytest.raises(InvalidInputError, match="--minutes 0: allowed are"):
        TrainingRun.resume(folder, [tmp_path], minutes=0.0)
    assert TrainingRun.resume(folder, [tmp_path]).plan == prolonged.plan


def test_a_start_that_fails_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError):
        TrainingRun.start(folder, ["too short"], a_wish(from_scratch=True), [tmp_path])
    with pytest.raises(InvalidInputError, match="--units 0"):
        TrainingRun.start(folder, some_items(), a_wish(options={"units": 0}), [tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_taken_up_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="never started, or is over"):
        TrainingRun.resume(folder, [tmp_path])
    TrainingRun.start(folder, some_items(), a_wish(), [tmp_path])
    (folder / "plan.json").write_text("{")
    with pytest.raises(InvalidInputError, match="remove it to start over"):
        TrainingRun.resume(folder, [tmp_path])


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}


def test_the_text_is_its_owners_alone_while_a_model_learns_it(folder: Path, tmp_path: Path) -> None:
    started = TrainingRun.start(folder, some_items(), a_wish(from_scratch=True), [tmp_path])
    kept = ["text.json", "learned.ids", "learned.npy", "held-out.ids", "held-out.npy", "plan.json"]
    private = {folder.name: 0o700, "text": 0o700} | dict.fromkeys(kept, 0o600)
    assert modes(folder) == private
    started.make_trainer().save()
    private["state.safetensors"] = 0o600
    assert modes(folder) == private
    for path in [folder, *folder.rglob("*")]:  # as earlier versions left it
        path.chmod(path.stat().st_mode | 0o055)
    resumed = TrainingRun.resume(folder, [tmp_path], minutes=2)
    assert modes(folder) == private
    resumed.remove()
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_bases_are_models_of_their_own() -> None:
    for name in ("english", "prose", "wit"):
        model = Model.read(SHIPPED_BASES / name)
        assert model.card.quality
        assert model.card.quality.held_out_bits_per_character < 1.9
        assert (SHIPPED_BASES / name / "weights.safetensors").stat().st_size < 12_000_000
