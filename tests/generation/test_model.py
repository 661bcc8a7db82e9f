from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from bot.errors import ModelError
from bot.generation.card import CARD_FILE, GRU, LSTM, Embedding, read_card, weight_shapes
from bot.generation.conversion import Conversion
from bot.generation.model import WEIGHTS_FILE, Model, round_to_float16, round_to_int8
from tests.support.random_models import DEEP, random_model


def test_reading_gives_what_was_written(tmp_path: Path) -> None:
    model = random_model(layers=DEEP)
    model.write(tmp_path / "tiny")
    read = Model.read(tmp_path / "tiny")
    assert read.name == "tiny"
    assert read.card == model.card
    assert all(np.array_equal(read.weights[name], model.weights[name]) for name in weight_shapes(model.card))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["card.toml", "tiny", "weights.safetensors"]


def test_numbers_that_sixteen_bits_hold_take_half_the_file_and_lose_nothing(tmp_path: Path) -> None:
    model = random_model(layers=DEEP)
    short = replace(model, weights=round_to_float16(model.weights))
    model.write(tmp_path / "long")
    short.write(tmp_path / "short")
    read = Model.read(tmp_path / "short")
    assert read.fingerprint == short.fingerprint != model.fingerprint
    assert all(array.dtype == np.float32 for array in read.weights.values())
    assert all(np.allclose(short.weights[name], model.weights[name], rtol=1e-3, atol=1e-6) for name in model.weights)
    sizes = {
        name: sum(array.nbytes for array in load_file(tmp_path / name / WEIGHTS_FILE).values())
        for name in ("long", "short")
    }
    assert sizes["short"] * 2 == sizes["long"]


def test_a_number_too_large_for_sixteen_bits_is_kept(tmp_path: Path, model: Model) -> None:
    weights = dict(model.weights) | {"output.bias": np.full_like(model.weights["output.bias"], 1e6)}
    kept = replace(model, weights=round_to_float16(weights))
    kept.write(tmp_path / "tiny")
    assert np.array_equal(Model.read(tmp_path / "tiny").weights["output.bias"], weights["output.bias"])


def test_a_notice_goes_along(tmp_path: Path, model: Model) -> None:
    replace(model, notice="by somebody").write(tmp_path / "tiny")
    assert Model.read(tmp_path / "tiny").notice == "by somebody"
    (tmp_path / "tiny/NOTICE").write_bytes(b"\xff")
    with pytest.raises(ModelError, match="NOTICE cannot be read"):
        Model.read(tmp_path / "tiny")


def test_a_name_that_exists_is_left_alone(tmp_path: Path, model: Model) -> None:
    (tmp_path / "tiny").mkdir()
    with pytest.raises(ModelError, match="exists already"):
        model.write(tmp_path / "tiny")
    assert list((tmp_path / "tiny").iterdir()) == []


class FullDisk(Conversion):
    def write(self, folder: Path) -> None:
        raise OSError(28, "No space left on device")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, model: Model) -> None:
    with pytest.raises(OSError, match="No space"):
        replace(model, conversion=FullDisk("fingerprint", b"graph")).write(tmp_path / "tiny")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_weights_or_card_is_refused(tmp_path: Path, model: Model) -> None:
    model.write(tmp_path / "tiny")
    (tmp_path / "tiny" / WEIGHTS_FILE).unlink()
    with pytest.raises(ModelError, match=r"weights\.safetensors is missing"):
        Model.read(tmp_path / "tiny")
    (tmp_path / "tiny" / CARD_FILE).unlink()
    with pytest.raises(ModelError, match=r"card\.toml is missing"):
        read_card(tmp_path / "tiny")


def test_weights_that_do_not_fit_the_card_are_refused(tmp_path: Path, model: Model) -> None:
    bad = {
        "shape": dict(model.weights) | {"output.bias": np.zeros(3, np.float32)},
        "float64": dict(model.weights) | {"output.bias": np.zeros(98)},
        "finite": dict(model.weights) | {"output.bias": np.full(98, np.nan, np.float32)},
        "differ in extra": dict(model.weights) | {"extra": np.zeros(1, np.float32)},
    }
    for complaint, weights in bad.items():
        with pytest.raises(ModelError, match=complaint):
            Model("tiny", model.card, weights)  # type: ignore[arg-type]  # the wrong type is the point


def test_a_damaged_weights_file_is_refused(tmp_path: Path, model: Model) -> None:
    model.write(tmp_path / "tiny")
    path = tmp_path / "tiny" / WEIGHTS_FILE
    whole = path.read_bytes()
    for damaged in (b"", whole[:100], whole[: len(whole) // 2], b"\xff" * 100):
        path.write_bytes(damaged)
        with pytest.raises(ModelError, match="cannot be read"):
            Model.read(tmp_path / "tiny")
    save_file({"output.bias": np.zeros(98, np.float32)}, path)
    with pytest.raises(ModelError, match="differ"):
        Model.read(tmp_path / "tiny")


def test_weights_of_eight_bits_take_a_quarter_and_come_back_as_they_were(tmp_path: Path) -> None:
    model = random_model(layers=(Embedding(size=16), LSTM(units=64), GRU(units=48)))
    rounded = replace(model, weights=round_to_int8(model.weights))
    for name, array in model.weights.items():
        away, largest = np.abs(rounded.weights[name] - array), np.abs(array).max(axis=0)
        if name.endswith("bias"):
            assert (away <= np.abs(array) / 1000 + 1e-6).all(), name
        else:  # the scales are rounded as well: by a sixteenth at most, which moves the largest numbers
            near_the_largest = np.abs(array) > 15 / 17 * largest
            assert (away <= np.where(near_the_largest, largest / 15, 17 / 16 * 0.51 * largest / 127)).all(), name
    rounded.write(tmp_path / "rounded")
    model.write(tmp_path / "whole")
    sizes = [(tmp_path / name / WEIGHTS_FILE).stat().st_size for name in ("rounded", "whole")]
    assert sizes[0] < 0.3 * sizes[1]
    read = Model.read(tmp_path / "rounded")
    assert all(np.array_equal(read.weights[name], array) for name, array in rounded.weights.items())
    assert read.fingerprint == rounded.fingerprint


def test_of_weights_of_eight_bits_sixteen_lose_nothing() -> None:
    rounded = round_to_int8(random_model(layers=DEEP).weights)
    again = round_to_float16(rounded)
    assert all(np.array_equal(again[name], array) for name, array in rounded.items())


def test_a_column_of_zeros_stays_one() -> None:
    zeros = np.zeros((4, 3), np.float32)
    assert np.array_equal(round_to_int8({"x.kernel": zeros})["x.kernel"], zeros)


def test_rounding_twice_changes_nothing() -> None:
    once = round_to_int8(random_model().weights)
    twice = round_to_int8(once)
    assert all(np.array_equal(twice[name], array) for name, array in once.items())
