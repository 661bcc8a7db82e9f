"""Measure the machine's limit: how fast this processor multiplies a vector with the recurrent weights.

A stream of text reads all recurrent weights for every character. No engine of the same precision can be quicker than
the product alone, so this is what there is to reach.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SOURCE = Path(__file__).with_name("limit.c")
SECONDS = 0.3
"""How long a measurement takes, about."""

Array = npt.NDArray[Any]


class LimitError(Exception):
    """Why the limit cannot be measured here."""


class Kernel:
    """The C kernels, compiled for this processor into `folder`.

    Raises:
        LimitError: there is no compiler, or it fails.
    """

    def __init__(self, folder: Path) -> None:
        compiler = shlex.split(os.environ.get("CC", "cc"))
        if not shutil.which(compiler[0]):
            raise LimitError(f"there is no C compiler ({compiler[0]})")
        library = folder / "limit.so"
        command = [*compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the user's compiler
        if done.returncode:
            raise LimitError(f"{compiler[0]} failed: {done.stderr.strip().splitlines()[-1]}")
        self._library = ctypes.CDLL(str(library))

    @property
    def int8_way(self) -> str:
        """The instructions that multiply int8."""
        return ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(self._library, "INT8_WAY"))).decode()

    def product(self, precision: str, weights: Array, vector: Array) -> Product:
        """Return a product to be measured.

        Args:
            precision: float32 or int8.
            weights: shape (inputs, outputs), float32 or int8.
            vector: shape (inputs,), float32, or uint8 of 127 at most.

        Raises:
            LimitError: the processor has no instructions for it that are known here.
        """
        block = self._block(precision)
        if not block:
            raise LimitError("this processor has none of the instructions for int8 that limit.c knows")
        return Product(getattr(self._library, f"repeat_{precision}"), _packed(weights, block), vector)

    def _block(self, precision: str) -> int:
        return ctypes.c_int.in_dll(self._library, "BLOCK" if precision == "float32" else "INT8_BLOCK").value


class Product:
    """A vector and a matrix, laid out for the kernel."""

    def __init__(self, repeat: Any, packed: Array, vector: Array) -> None:  # noqa: ANN401 - a foreign function
        self._repeat = repeat
        self._packed = packed
        self._vector = vector
        self.result = np.zeros(packed.size // len(vector), np.float32 if vector.dtype == np.float32 else np.int32)
        self.seconds(0)

    def seconds(self, measured: float = SECONDS) -> float:
        """Seconds for one product, measured over about `measured` seconds; `result` holds the last one."""
        times = max(1, int(measured / self._time(3)))
        return self._time(times)

    def _time(self, times: int) -> float:
        arrays = [array.ctypes.data_as(ctypes.c_void_p) for array in (self._packed, self._vector, self.result)]
        started = time.perf_counter()
        self._repeat(*arrays, len(self._vector), len(self.result), times)
        return (time.perf_counter() - started) / times


def recurrent_product(kernel: Kernel, precision: str, units: int) -> Product:
    """Return the product of an LSTM's state with its recurrent weights, at random: an LSTM has 4 x units outputs.

    Raises:
        LimitError: there are no units, or see `Kernel.product`.
    """
    if not units:
        raise LimitError("the model has no LSTM")
    random = np.random.default_rng(0)
    if precision == "float32":
        weights, vector = random.standard_normal((units, 4 * units)), random.standard_normal(units)
        return kernel.product(precision, weights.astype(np.float32), vector.astype(np.float32))
    weights = random.integers(-127, 128, (units, 4 * units), np.int8)
    return kernel.product(precision, weights, random.integers(0, 128, units, np.uint8))


def _packed(weights: Array, block: int) -> Array:
    """Return the weights in the order that limit.c describes, aligned to a cache line."""
    inputs, outputs = weights.shape
    together = 1 if weights.dtype == np.float32 else 4
    parts = weights.reshape(inputs // together, together, outputs // block, block)
    packed = parts.transpose(2, 0, 3, 1).reshape(-1)
    room = np.empty(packed.nbytes + 64, np.uint8)
    start = -room.ctypes.data % 64
    aligned = room[start : start + packed.nbytes].view(weights.dtype)
    aligned[:] = packed
    return aligned
