"""Archives that lie, files cut short or with bytes flipped, and files of other programs."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checkpoints.sandbox import MAX_FILE, read_checkpoint
from bot.errors import InvalidInputError
from bot.generation.model import Model
from tests.support.hostile_files import refused
from tests.support.keras_files import write_hdf5, write_keras


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a/saved_model.pb", b"x", r"is a SavedModel folder; save it as a file.*\.save\('model\.h5'\)"),
        ("a", b"GGUF....", r"neither an HDF5 file nor a \.keras file; save the whole model in Keras: model\.save"),
    ],
)
def test_other_programs_files_are_refused_with_the_way_out(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / "a", reason)


def test_a_pytorch_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("archive/data.pkl", b"x")
    refused(tmp_path / "a.pt", "is a PyTorch file; build the same network in Keras")


def _linked_weights(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO(members["model.weights.h5"])
    with h5py.File(buffer, "r+") as file:
        del file["layers/lstm/cell/vars/0"]
        file["layers/lstm/cell/vars/0"] = h5py.ExternalLink("/etc/passwd", "/")
    members["model.weights.h5"] = buffer.getvalue()


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        (lambda m: m.update({"../evil": b""}), "'../evil' points out of the archive"),
        (lambda m: m.update({"/etc/evil": b""}), "'/etc/evil' points out of the archive"),
        (lambda m: m.update({"a\\..\\evil": b""}), "points out of the archive"),
        (lambda m: m.update({str(n): b"" for n in range(100)}), "103 members; at most 64"),
        (lambda m: m.pop("model.weights.h5"), "its member model.weights.h5 is missing"),
        (lambda m: m.pop("config.json"), "its member config.json is missing"),
        (lambda m: m.pop("metadata.json"), "its member metadata.json is missing"),
        (lambda m: m.update({"metadata.json": b"{}"}), "names no keras_version"),
        (lambda m: m.update({"model.weights.h5": bytes(50_000_000)}), r"expands 10\d\d times; at most 100"),
        (lambda m: m.update({"config.json": os.urandom(1_100_000)}), "1100000 bytes; at most 1000000 are allowed"),
        (lambda m: m.update({"config.json": b"[]"}), "an object is expected"),
        (lambda m: m.update({"config.json": b"\xff"}), "damaged"),
        (lambda m: m.update({"model.weights.h5": b"nothing"}), "damaged"),
        (_linked_weights, "/layers/lstm/cell/vars: 0 is an external link"),
    ],
)
def test_archives(tmp_path: Path, members: Callable[[dict[str, bytes]], None], reason: str) -> None:
    refused(write_keras(tmp_path / "a.keras", members=members), reason)


def test_archives_that_lie(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", bytes(50_000_000))
    lie = bomb.getvalue().replace((50_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (tmp_path / "a.keras").write_bytes(lie)
    refused(tmp_path / "a.keras", "metadata.json is missing")
    with zipfile.ZipFile(write_keras(tmp_path / "b.keras"), "a") as archive, pytest.warns(UserWarning, match="Dupl"):
        archive.writestr("config.json", b"{}")
    refused(tmp_path / "b.keras", "two members 'config.json'")


def test_a_member_that_is_packed_in_another_way(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", "")
    refused(tmp_path / "a.keras", r"config\.json is packed by method 12; allowed: 0 \(stored\) and 8 \(deflated\)")


@pytest.mark.parametrize("write", [write_hdf5, write_keras])
def test_truncated(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    whole = write(tmp_path / "whole").read_bytes()
    for kept in (1, 7, 8, 60, 700, len(whole) // 2, len(whole) - 700, len(whole) - 1):
        path = tmp_path / f"first{kept}"
        path.write_bytes(whole[:kept])
        refused(path, "damaged|neither an HDF5 file nor a .keras file")


def test_no_checkpoint_at_all(tmp_path: Path) -> None:
    refused(tmp_path / "none", "no such file")
    refused(tmp_path, "is a directory")
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", "the file is empty")
    (tmp_path / "text").write_text("neither the one nor the other")
    refused(tmp_path / "text", "neither an HDF5 file nor a .keras file")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a device")
    with pytest.raises(InvalidInputError, match="null"):
        read_checkpoint(Path("a\0b"))
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_FILE + 2**20)  # takes no room on the disk
    refused(tmp_path / "large", "the file has 513 MiB; at most 512 are allowed")


@pytest.fixture(scope="module", params=[write_hdf5, write_keras])
def valid(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    path = tmp_path_factory.mktemp("flipped") / "a"
    return path, request.param(path).read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipped_bytes_load_or_are_refused(valid: tuple[Path, bytes], data: Any) -> None:
    path, content = valid
    flips = st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(1, 255)), min_size=1, max_size=8)
    flipped = bytearray(content)
    for place, mask in data.draw(flips):
        flipped[place] ^= mask
    path.write_bytes(flipped)
    try:
        assert isinstance(read_checkpoint(path), Model)
    except InvalidInputError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right
