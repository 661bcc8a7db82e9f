from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.errors import ModelError
from bot.evaluation.card_top_n import write_top_n
from bot.generation.card import CARD_FILE, read_card

CARD = """# by hand
format = 1
description = "top_n = 7"
characters = "\\n abc"
layers = [{ kind = "embedding", size = 2 }, { kind = "lstm", units = 2 }]

[use]
seeds = [
    "a [use] of top_n = 4",
]
top_n = 3

[corpus]
name = "x"
licence = "y"
characters = 9
"""


def edited(folder: Path, text: str) -> str:
    (folder / CARD_FILE).write_text(text)
    write_top_n(folder, 12)
    assert read_card(folder).use.top_n == 12
    assert [path.name for path in folder.iterdir()] == [CARD_FILE]
    return (folder / CARD_FILE).read_text()


def test_nothing_but_the_number_changes(tmp_path: Path) -> None:
    assert edited(tmp_path, CARD) == CARD.replace("top_n = 3", "top_n = 12")


def test_a_number_that_is_not_there_is_added_and_nothing_else(tmp_path: Path) -> None:
    assert edited(tmp_path, CARD.replace("top_n = 3\n", "")) == CARD.replace("top_n = 3\n", "").replace(
        "\n[use]\n", "\n[use]\ntop_n = 12\n"
    )


def test_a_sample_of_the_same_number_stays(tmp_path: Path) -> None:
    samples = '\n[[samples]]\ntop_n = 3\nrandom_seed = 1\nseed = "a"\ntext = "b"\n'
    assert edited(tmp_path, CARD + samples) == CARD.replace("top_n = 3", "top_n = 12") + samples


@pytest.mark.parametrize(
    "text",
    [
        CARD.split("[use]", maxsplit=1)[0],
        CARD.replace("top_n = 3", "top_n=0x3"),
        CARD.split("[use]", maxsplit=1)[0] + 'use = { top_n = 3, seeds = ["b"] }\n',
        CARD.split("[use]", maxsplit=1)[0] + '[use]\nseeds = ["top_n = 5", """\ntop_n = 6"""]\n',
    ],
)
def test_however_a_card_is_laid_out_all_else_in_it_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / CARD_FILE).write_text(text)
    before = read_card(tmp_path)
    after = tomllib.loads(edited(tmp_path, text))
    assert read_card(tmp_path) == before.model_copy(update={"use": before.use.model_copy(update={"top_n": 12})})
    assert after["description"] == "top_n = 7"


def test_who_may_read_the_card_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).write_text(CARD)
    (tmp_path / CARD_FILE).chmod(0o644)
    write_top_n(tmp_path, 5)
    assert (tmp_path / CARD_FILE).stat().st_mode & 0o777 == 0o644


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        write_top_n(tmp_path, 5)
