from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.training.text import Batches, TextError, TrainingText, join

LINES = [f"item number {n}, which says something." for n in range(400)]


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_twentieth_item_is_held_out(tmp_path: Path) -> None:
    text = TrainingText.read(write(tmp_path / "text.txt", "\n\n".join(LINES) + "\n"))
    assert len(text.learned) == 380
    assert text.held_out == tuple(LINES[19::20])
    assert set(text.learned) | set(text.held_out) == set(LINES)
    assert text.characters == sum(len(line) + 1 for line in LINES)
    assert set("".join(LINES) + "\n") == set(text.vocabulary.characters)


def test_other_systems_line_ends_and_byte_order_marks_are_no_characters(tmp_path: Path) -> None:
    text = TrainingText.read(write(tmp_path / "text.txt", "\ufeff" + "\r\n".join(LINES)))
    assert not {"\r", "\ufeff"} & set(text.vocabulary.characters)
    assert text.learned[0] == LINES[0]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "has 0 characters: training needs 10,000"),
        ("short", "has 6 characters"),
        ("one long line " * 1000, "has 1 lines"),
        (b"\xff\xfe binary" * 5000, "is not UTF-8 text: byte 0"),
        ("\n".join(f"{chr(0x4E00 + n)}{'x' * 30}" for n in range(600)), "more than 511 different characters"),
    ],
)
def test_a_text_that_cannot_be_learned_from_is_refused_with_the_reason(
    tmp_path: Path, content: str | bytes, complaint: str
) -> None:
    with pytest.raises(TextError, match=complaint):
        TrainingText.read(write(tmp_path / "text.txt", content))


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="does not exist"):
        TrainingText.read(tmp_path / "nothing.txt")
    with pytest.raises(TextError, match="cannot be read"):
        TrainingText.read(tmp_path)


def test_each_row_of_a_batch_goes_on_where_it_stopped() -> None:
    ids = np.arange(1000, dtype=np.int32)
    batches = Batches.cut(ids, rows=3, steps=10)
    assert batches.inputs.shape == (33, 3, 10)
    assert np.array_equal(batches.inputs.swapaxes(0, 1).ravel(), ids[:990])
    assert np.array_equal(batches.targets, batches.inputs + 1)
    with pytest.raises(ValueError, match="do not fill"):
        Batches.cut(ids[:30], rows=3, steps=10)


def test_items_are_joined_a_line_each_in_any_order() -> None:
    assert join(("a", "b")) == "\na\nb\n"
    assert join(("a", "b"), np.array([1, 0])) == "\nb\na\n"
