from __future__ import annotations

import numpy as np
import pytest

from bot.training.batches import ItemStream, count_batches, read_batches
from bot.training.training_text import EncodedItems

LINE_BREAK = 1


def part_of(*items: list[int]) -> EncodedItems:
    ids = np.array([number for item in items for number in item], np.uint16)
    return EncodedItems(ids, np.cumsum([0, *map(len, items)], dtype=np.int64))


@pytest.fixture
def stream() -> ItemStream:
    random = np.random.default_rng(5)
    items = [[*random.integers(2, 50, size).tolist(), LINE_BREAK] for size in random.integers(1, 30, 40)]
    return ItemStream(part_of(*items), LINE_BREAK, random.permutation(40))


def test_a_stream_is_its_items_in_order_behind_a_line_break() -> None:
    stream = ItemStream(
        part_of([2, 3, LINE_BREAK], [4, LINE_BREAK], [5, 6, 7, LINE_BREAK]), LINE_BREAK, np.array([2, 0, 1])
    )
    assert len(stream) == 10
    assert stream.read(0, 10).tolist() == [LINE_BREAK, 5, 6, 7, LINE_BREAK, 2, 3, LINE_BREAK, 4, LINE_BREAK]


def test_any_piece_of_a_stream_is_that_piece_of_the_whole(stream: ItemStream) -> None:
    whole = stream.read(0, len(stream))
    for start in range(0, len(stream), 7):
        for stop in range(start + 1, len(stream) + 1, 11):
            assert stream.read(start, stop).tolist() == whole[start:stop].tolist()


def test_each_row_goes_on_where_it_stopped(stream: ItemStream) -> None:
    whole = stream.read(0, len(stream))
    rows, steps = 3, 8
    count = count_batches(len(stream), rows, steps)
    cut = list(read_batches(stream, rows, steps))
    assert len(cut) == count > 5
    inputs, targets = (np.concatenate(part, axis=1) for part in zip(*cut, strict=True))
    for row in range(rows):
        start = row * count * steps
        assert inputs[row].tolist() == whole[start : start + count * steps].tolist()
        assert targets[row].tolist() == whole[start + 1 : start + count * steps + 1].tolist()


def test_batches_go_on_from_any_number(stream: ItemStream) -> None:
    everything = list(read_batches(stream, 2, 10))
    later = list(read_batches(stream, 2, 10, first=4))
    assert len(later) == len(everything) - 4
    assert np.array_equal(later[0][0], everything[4][0])
