from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.generation.catalog import SHIPPED_DEFAULT, SHIPPED_MODELS, Catalog, find_models, read_model
from tests.support.random_models import random_model


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for place, name in (("shipped", "b"), ("shipped", "a"), ("own", "c")):
        random_model(name).write(tmp_path / place / name)
    return tmp_path / "shipped", tmp_path / "own"


def test_models_are_found_in_both_folders(folders: tuple[Path, Path]) -> None:
    catalog = Catalog.read(folders)
    assert [model.name for model in catalog] == ["a", "b", "c"]
    assert catalog.default.name == "a"
    assert Catalog.read(folders, "c").default.name == "c"
    assert read_model(folders, "c").name == "c"
    assert read_model(folders, "").name == "a"


def test_the_shipped_default_is_the_default_where_it_is_there(folders: tuple[Path, Path]) -> None:
    random_model(SHIPPED_DEFAULT).write(folders[0] / SHIPPED_DEFAULT)
    assert Catalog.read(folders).default.name == SHIPPED_DEFAULT
    assert read_model(folders, "").name == SHIPPED_DEFAULT
    assert Catalog.read(folders, "c").default.name == "c"


def test_a_folder_named_twice_or_missing_does_no_harm(folders: tuple[Path, Path], tmp_path: Path) -> None:
    assert list(find_models((folders[0], folders[0], tmp_path / "missing"))) == ["a", "b"]


def test_a_clash_of_names_is_refused(folders: tuple[Path, Path]) -> None:
    random_model("a").write(folders[1] / "a")
    with pytest.raises(ModelError, match="two models are named a"):
        Catalog.read(folders)


def test_an_unknown_name_is_told_what_there_is(folders: tuple[Path, Path]) -> None:
    for ask in (lambda: Catalog.read(folders, "d"), lambda: Catalog.read(folders).get("d")):
        with pytest.raises(ModelError, match="'d': there are a, b, c"):
            ask()


def test_no_model_at_all_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        Catalog.read([tmp_path])


def test_drafts_and_other_folders_are_passed_over(folders: tuple[Path, Path]) -> None:
    (folders[0] / "notes").mkdir()
    (folders[0] / "a").rename(folders[0] / ".a-draft")
    assert list(find_models(folders)) == ["b", "c"]


def test_the_shipped_models_can_be_read() -> None:
    for model in Catalog.read([SHIPPED_MODELS]):
        assert model.converted, f"run `charla convert {model.name}`"
        assert model.card.corpus is not None
        assert model.card.quality is not None
        assert model.card.description
