"""HDF5 files whose weights lie elsewhere, do not fit, or would take too much memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from bot.generation.card import Embedding
from tests.support.hostile_files import refused
from tests.support.keras_files import SMALL, Config, layers_of, write_hdf5, write_keras
from tests.support.random_models import random_model

KERNEL = "model_weights/lstm_1/lstm_1/kernel:0"


def soft(file: h5py.File) -> None:
    file[KERNEL] = h5py.SoftLink("/elsewhere")


def external(file: h5py.File) -> None:
    file[KERNEL] = h5py.ExternalLink("other.h5", "/data")


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4, 12), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "data", (4, 12))
    file.create_virtual_dataset(KERNEL, layout)


def stored_elsewhere(file: h5py.File) -> None:
    file.create_dataset(KERNEL, (4, 12), "f4", external=[("/etc/passwd", 0, 192)])


def huge(file: h5py.File) -> None:
    file.create_dataset(KERNEL, (10**6, 10**6), "f4", chunks=(64, 64))


def great_pieces(file: h5py.File) -> None:
    file.create_dataset(KERNEL, data=np.ones((4, 12), "f4"), chunks=(4000, 12000), maxshape=(None, None))


def filtered(file: h5py.File) -> None:
    file.create_dataset(KERNEL, data=np.ones((4, 12), "f4"), compression="lzf")


def a_group(file: h5py.File) -> None:
    file.create_group(KERNEL)


def put(value: object) -> Callable[[h5py.File], None]:
    def place(file: h5py.File) -> None:
        file[KERNEL] = value

    return place


PAIR = np.dtype([("a", "f4"), ("b", "f4")])
WEIGHTS: list[tuple[Callable[[h5py.File], None], str]] = [
    (soft, "kernel:0 is a soft link; allowed"),
    (external, "kernel:0 is an external link; allowed"),
    (virtual, "kernel:0 has its numbers elsewhere"),
    (stored_elsewhere, "kernel:0 has its numbers elsewhere"),
    (huge, r"kernel:0 has the shape \(1000000, 1000000\); the network needs \(4, 12\)"),
    (great_pieces, "pieces larger than itself"),
    (filtered, "filter 32000; allowed: gzip and shuffle"),
    (a_group, "kernel:0 is not a dataset"),
    (lambda _: None, "kernel:0 is missing"),
    (put(np.ones((4, 12), "i4")), "of type int32; allowed: float16, float32 and float64"),
    (put(np.ones((4, 12), "c8")), "of type complex64"),
    (put(np.ones((4, 12), PAIR)), "of type .*; allowed: float16"),
    (put(np.full((4, 12), b"x")), "of type .*; allowed: float16"),
    (put(np.ones((12, 4), "f4")), r"has the shape \(12, 4\)"),
    (put(np.ones(48, "f4")), r"has the shape \(48,\)"),
    (put(np.full((4, 12), np.nan, "f4")), "not finite"),
    (put(np.full((4, 12), np.inf, "f4")), "not finite"),
    (put(np.full((4, 12), 1e300)), "not finite"),
]


@pytest.mark.parametrize(("place", "reason"), WEIGHTS, ids=[reason[:40] for _, reason in WEIGHTS])
def test_weights(tmp_path: Path, place: Callable[[h5py.File], None], reason: str) -> None:
    path = write_hdf5(tmp_path / "a.h5")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["data"] = np.ones((4, 12), "f4")
    with h5py.File(path, "r+") as file:
        del file[KERNEL]
        place(file)
    refused(path, reason)


def test_sums_of_biases_that_are_not_finite(tmp_path: Path) -> None:
    def rename(config: Config) -> None:
        layer = layers_of(config)[1]
        layer.update(class_name="CuDNNLSTM", config={"name": "lstm_1", "units": 3, "return_sequences": True})

    path = write_hdf5(tmp_path / "a.h5", change=rename)
    with h5py.File(path, "r+") as file:
        bias = "model_weights/lstm_1/lstm_1/bias:0"
        del file[bias]
        file[bias] = np.full(24, 3e38, "f4")
    refused(path, "sums of its biases are not finite")


def linked_group(file: h5py.File) -> None:
    file.move("model_weights", "aside")
    file["model_weights"] = h5py.SoftLink("/aside")


def upward(file: h5py.File) -> None:
    file["model_weights/lstm_1"].attrs["weight_names"] = [b"../lstm_1/kernel:0", b"a", b"b"]


def fewer(file: h5py.File) -> None:
    file["model_weights/lstm_1"].attrs["weight_names"] = [b"lstm_1/kernel:0"]


def many_names(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = np.full(1000, b"lstm_1")


def numbers_for_names(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = [1, 2, 3]


def missing_layer(file: h5py.File) -> None:
    file["model_weights"].attrs["layer_names"] = [b"embedding_0", b"lstm_1"]


def no_config(file: h5py.File) -> None:
    del file.attrs["model_config"]


def odd_config(file: h5py.File) -> None:
    file.attrs["model_config"] = np.zeros(5)


def no_json(file: h5py.File) -> None:
    file.attrs["model_config"] = "[" * 100_000


@pytest.mark.parametrize(
    ("bend", "reason"),
    [
        (linked_group, "model_weights is a soft link"),
        (upward, "is no plain name"),
        (fewer, "1 weights; the layer needs 3"),
        (many_names, "longer than 256 names"),
        (numbers_for_names, "not a list of names"),
        (missing_layer, "2 layers have weights; the network needs 3"),
        (no_config, "holds no whole model, perhaps weights alone"),
        (odd_config, "model_config is not a string"),
        (no_json, "the description of the network is not JSON"),
    ],
)
def test_structures(tmp_path: Path, bend: Callable[[h5py.File], None], reason: str) -> None:
    path = write_hdf5(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        bend(file)
    refused(path, reason)


def test_a_large_network_in_a_small_file(tmp_path: Path) -> None:
    def grow(config: Config) -> None:
        layers_of(config)[0]["config"]["output_dim"] = 4096
        layers_of(config)[1]["config"]["units"] = 4096

    refused(write_hdf5(tmp_path / "a.h5", change=grow), "its weights take 51. MiB; at most 256")
    model = random_model(layers=(Embedding(size=4096), SMALL[1]))
    path = write_hdf5(tmp_path / "b.h5", model)
    name = "model_weights/embedding_0/embedding_0/embeddings:0"
    with h5py.File(path, "r+") as file:
        del file[name]
        file.create_dataset(name, data=np.zeros((98, 4096), "f4"), compression="gzip")
    refused(path, "expands more than 100 times")


def test_memory_stays_bounded(tmp_path: Path) -> None:
    """The worst of these files cost the child no more than a valid one."""
    files = [tmp_path / "bomb.keras", tmp_path / "huge.h5"]
    write_keras(files[0], members=lambda m: m.update({"model.weights.h5": bytes(300_000_000)}))
    with h5py.File(write_hdf5(files[1]), "r+") as file:
        del file[KERNEL]
        huge(file)
    script = """
import resource, sys
from pathlib import Path
from bot.checkpoints.sandbox import read_checkpoint
from bot.errors import InvalidInputError
for name in sys.argv[1:]:
    try:
        read_checkpoint(Path(name))
    except InvalidInputError:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", script, *files], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150_000  # KiB; 50,000 with a valid file
