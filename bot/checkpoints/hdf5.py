"""Read the weights in a Keras checkpoint's HDF5, each object checked before it is read.

An HDF5 file can refer to other files, claim any size and name any type. Here only plain objects are followed, and a
dataset is read only if its type, shape and storage are what the network needs.
"""

from __future__ import annotations

import re
from math import prod
from typing import BinaryIO

import h5py
import numpy as np
import numpy.typing as npt

from bot.checkpoints.keras_config import MAX_CONFIG, MAX_NAME, Architecture, Shape, Stored, read_architecture
from bot.errors import InvalidInputError

Array = npt.NDArray[np.float32]

MAX_WEIGHTS = 256 * 2**20
"""The largest total size of a network's weights as float32, in bytes."""

_MAX_ENTRIES = 256
"""The most entries of a group, or names in an attribute; a network of 32 layers has far fewer."""

_MAX_EXPANSION = 100
_SMALL = 2**20
"""How many times larger than its stored form a dataset may be, unless it is smaller than so many bytes."""

_FLOATS = (np.dtype("<f2"), np.dtype("<f4"), np.dtype("<f8"), np.dtype(">f2"), np.dtype(">f4"), np.dtype(">f8"))
_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
_LAYERS = ("_layer_checkpoint_dependencies", "layers")
"""The group of the layers in a `.keras` file: the first name is that of TensorFlow up to 2.15."""


def read_full_model(file: BinaryIO) -> tuple[Architecture, list[Array]]:
    """Read an HDF5 file that holds a whole model: its network, and its weights in Keras's order.

    Raises:
        InvalidInputError: the file holds something that is not allowed.
        OSError, RuntimeError, KeyError: the file is damaged.
    """
    with h5py.File(file, "r") as root:
        if "model_config" not in root.attrs:
            raise InvalidInputError(
                "model_config is missing: it holds no whole model, perhaps weights alone; save the whole in Keras: "
                "model.save('model.keras')"
            )
        version = _read_text(root, "keras_version", 100)
        architecture = read_architecture(_read_text(root, "model_config", MAX_CONFIG), version)
        _check_total(architecture)
        layers = _find_weighted_layers(_get_group(root, "model_weights"))
        if len(layers) != len(architecture.stored):
            raise InvalidInputError(f"{len(layers)} layers have weights; the network needs {len(architecture.stored)}")
        arrays = []
        for (group, names), stored in zip(layers, architecture.stored, strict=True):
            if len(names) != len(stored.shapes):
                raise InvalidInputError(f"{group.name}: {len(names)} weights; the layer needs {len(stored.shapes)}")
            read = [_read_dataset(group, name, shape) for name, shape in zip(names, stored.shapes, strict=True)]
            arrays += _lay_out(read, stored)
        return architecture, arrays


def read_weights(file: BinaryIO, architecture: Architecture) -> list[Array]:
    """Read the weights of `architecture` from `model.weights.h5` of a `.keras` file.

    Raises:
        InvalidInputError: the file holds something that is not allowed.
        OSError, RuntimeError, KeyError: the file is damaged.
    """
    _check_total(architecture)
    with h5py.File(file, "r") as root:
        name = next((name for name in _LAYERS if _has(root, name)), _LAYERS[-1])
        layers = _get_group(root, name)
        paths = _find_paths(layers, architecture)
        return [array for stored, path in paths for array in _lay_out(_read_group(layers, path, stored), stored)]


def _check_total(architecture: Architecture) -> None:
    needed = 4 * sum(prod(shape) for stored in architecture.stored for shape in stored.shapes)
    if needed > MAX_WEIGHTS:
        raise InvalidInputError(f"its weights take {needed >> 20} MiB; at most {MAX_WEIGHTS >> 20} are allowed")


def _lay_out(arrays: list[Array], stored: Stored) -> list[Array]:
    """Return a layer's weights in Keras's layout.

    CuDNN keeps each gate's matrix by rows of outputs, so that Keras's CuDNN layers store it reshaped, not transposed,
    and has a bias for the input and one for the state:
    https://docs.nvidia.com/deeplearning/cudnn/latest/api/cudnn-adv-library.html#cudnngetrnnweightparams
    """
    if not stored.is_cudnn:
        return arrays
    kernel, recurrent_kernel, bias = arrays
    units, gates = recurrent_kernel.shape
    kernels = [
        np.ascontiguousarray(np.hstack([gate.reshape(units, -1).T for gate in np.hsplit(each, gates // units)]))
        for each in (kernel, recurrent_kernel)
    ]
    biases = bias.reshape(2, gates)
    bias = biases if gates == 3 * units else biases.sum(axis=0)
    if not np.isfinite(bias).all():
        raise InvalidInputError("the sums of its biases are not finite")
    return [*kernels, bias]


def _find_weighted_layers(root: h5py.Group) -> list[tuple[h5py.Group, list[str]]]:
    """Return the groups of the layers that have weights, in the file's order, each with the names of its weights."""
    groups = [_get_group(root, name) for name in _read_names(root, "layer_names")]
    named = [(group, _read_names(group, "weight_names")) for group in groups]
    return [(group, names) for group, names in named if names]


def _find_paths(layers: h5py.Group, architecture: Architecture) -> list[tuple[Stored, str]]:
    """Return the paths of each layer's weights: `lstm/cell/vars` for the first LSTM, `lstm_1/cell/vars` for the second.

    TensorFlow up to 2.13 counted every layer twice (lstm, lstm_2), so the order counts, not the number.
    """
    if len(layers) > _MAX_ENTRIES:
        raise InvalidInputError(f"{layers.name} has {len(layers)} entries; at most {_MAX_ENTRIES} are allowed")
    kinds = [stored.group for stored in architecture.stored]
    found = {kind: _find_numbered(layers, kind) for kind in kinds}
    for kind, groups in found.items():
        if len(groups) != kinds.count(kind):
            raise InvalidInputError(
                f"{len(groups)} layers named {kind} have weights; the network has {kinds.count(kind)}"
            )
    return [(stored, f"{found[stored.group].pop(0)}/{stored.within}") for stored in architecture.stored]


def _find_numbered(layers: h5py.Group, kind: str) -> list[str]:
    pattern = re.compile(rf"{kind}(?:_([0-9]{{1,4}}))?", re.ASCII)
    matches = [match for name in layers if (match := pattern.fullmatch(name))]
    return [match[0] for match in sorted(matches, key=lambda match: int(match[1] or 0))]


def _read_group(layers: h5py.Group, path: str, stored: Stored) -> list[Array]:
    group = _walk(layers, path)
    if not isinstance(group, h5py.Group) or len(group) != len(stored.shapes):
        raise InvalidInputError(f"{layers.name}/{path} does not hold {len(stored.shapes)} weights, as the layer needs")
    return [_read_dataset(group, str(number), shape) for number, shape in enumerate(stored.shapes)]


def _has(group: h5py.Group, name: str) -> bool:
    return group.get(name, getlink=True) is not None


def _walk(group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset:
    """Return the object at `path`, following plain links alone."""
    if len(path) > 10 * MAX_NAME:
        raise InvalidInputError(f"the name {path[:MAX_NAME]}… is too long")
    found = group
    for name in path.split("/"):
        if name in ("", ".", "..") or not isinstance(found, h5py.Group):
            raise InvalidInputError(f"{group.name}: {path!r} is no plain name of something in it")
        link = found.get(name, getlink=True)
        if link is None:
            raise InvalidInputError(f"{found.name}: {name} is missing")
        if not isinstance(link, h5py.HardLink):
            kind = "an external" if isinstance(link, h5py.ExternalLink) else "a soft"
            raise InvalidInputError(f"{found.name}: {name} is {kind} link; allowed: objects of the file itself")
        found = found[name]
    return found


def _get_group(group: h5py.Group, path: str) -> h5py.Group:
    found = _walk(group, path)
    if not isinstance(found, h5py.Group):
        raise InvalidInputError(f"{group.name}: {path} is not a group")
    return found


def _read_dataset(group: h5py.Group, path: str, shape: Shape) -> Array:
    """Read the dataset at `path`, of `shape`, as float32."""
    dataset = _walk(group, path)
    if not isinstance(dataset, h5py.Dataset):
        raise InvalidInputError(f"{group.name}: {path} is not a dataset")
    if dataset.shape != shape:
        raise InvalidInputError(f"{dataset.name} has the shape {dataset.shape}; the network needs {shape}")
    if dataset.dtype not in _FLOATS or dataset.id.get_type() != h5py.h5t.py_create(dataset.dtype):
        raise InvalidInputError(f"{dataset.name} is of type {dataset.dtype}; allowed: float16, float32 and float64")
    _check_storage(dataset)
    array = np.empty(shape, np.float32)
    dataset.read_direct(array)
    if not np.isfinite(array).all():
        raise InvalidInputError(f"{dataset.name} holds numbers that are not finite")
    return array


def _check_storage(dataset: h5py.Dataset) -> None:
    """Refuse a dataset whose numbers lie elsewhere, or would take more memory or time to unpack than their size."""
    if dataset.is_virtual or dataset.external:
        raise InvalidInputError(f"{dataset.name} has its numbers elsewhere; allowed: numbers in the file itself")
    properties = dataset.id.get_create_plist()
    filters = {properties.get_filter(number)[0] for number in range(properties.get_nfilters())}
    if unknown := filters - _FILTERS:
        raise InvalidInputError(f"{dataset.name} is stored with filter {min(unknown)}; allowed: gzip and shuffle")
    if dataset.chunks and prod(dataset.chunks) * dataset.dtype.itemsize > max(dataset.nbytes, _SMALL):
        raise InvalidInputError(f"{dataset.name} is stored in pieces larger than itself")
    if dataset.nbytes > max(_SMALL, _MAX_EXPANSION * dataset.id.get_storage_size()):
        raise InvalidInputError(f"{dataset.name} expands more than {_MAX_EXPANSION} times, or was cut off")


def _read_text(group: h5py.Group, name: str, longest: int) -> str:
    """Read the attribute `name`, a string of at most `longest` bytes."""
    if name not in group.attrs:
        raise InvalidInputError(f"{group.name}: the attribute {name} is missing")
    attribute = group.attrs.get_id(name)
    if attribute.shape != () or not _is_text(attribute) or attribute.get_storage_size() > longest:
        raise InvalidInputError(f"{group.name}: the attribute {name} is not a string of at most {longest} bytes")
    text = _decode(group.attrs[name])
    if len(text) > longest:
        raise InvalidInputError(f"{group.name}: the attribute {name} is longer than {longest} bytes")
    return text


def _read_names(group: h5py.Group, name: str) -> list[str]:
    """Read the attribute `name`, a list of names."""
    if name not in group.attrs:
        raise InvalidInputError(f"{group.name}: the attribute {name} is missing")
    attribute = group.attrs.get_id(name)
    if attribute.shape == (0,):
        return []
    if attribute.shape is None or len(attribute.shape) != 1 or not _is_text(attribute):
        raise InvalidInputError(f"{group.name}: the attribute {name} is not a list of names")
    if attribute.shape[0] > _MAX_ENTRIES or attribute.get_storage_size() > MAX_CONFIG:
        raise InvalidInputError(f"{group.name}: the attribute {name} is longer than {_MAX_ENTRIES} names")
    return [_decode(item) for item in group.attrs[name]]


def _is_text(attribute: h5py.h5a.AttrID) -> bool:
    return bool(attribute.get_type().get_class() == h5py.h5t.STRING)


def _decode(value: str | bytes) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
