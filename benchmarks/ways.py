"""List the ways of writing text that are compared. A new one is an entry in `WAYS`.

`python -m benchmarks.ways NAME MODEL_FOLDER` makes what a way reads beside the model.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from benchmarks.serving import PoolService, Service, WritersService
from bot.generation.model import Model

Precision = Literal["float32", "int8"]

_TENSORFLOW = "tensorflow-cpu" if (sys.platform, platform.machine()) == ("linux", "x86_64") else "tensorflow"


@dataclass(frozen=True, slots=True)
class Way:
    """A way of writing text with a model's weights. Each runs in a process of its own.

    Attributes:
        name: for options and files.
        title: for people.
        maker: where it is made, as `module:function`, imported in its process alone. An engine's takes a model and
            returns a `StatefulCopy`; any other takes a model and its folder, and returns a `Writer`.
        packages: the distributions it needs to run, without what those need in turn.
        precision: of the weights.
        prepare: where what it reads beside the model is made, as `module:function`, of a model and its folder, before
            anything is measured; empty for nothing.
        engine: whether it is one of Charla's own, served by Charla's own pool.
        batched: whether it takes many requests at a time: then it is measured with many waiting, and alone not at all.
    """

    name: str
    title: str
    maker: str
    packages: tuple[str, ...]
    precision: Precision = "float32"
    prepare: str = ""
    engine: bool = False
    batched: bool = False

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty where it can."""
        absent = [package for package in self.packages if not find_spec(_MODULES.get(package, package))]
        return f"{absent[0]} is not installed" if absent else ""

    def start(self, folder: Path) -> Service:
        """Import what it needs, read the model in `folder`, make the workers."""
        model, make = Model.read(folder), _imported(self.maker)
        return PoolService(make, model) if self.engine else WritersService(lambda: make(model, folder))

    def prepare_in(self, folder: Path) -> None:
        """Make what it reads beside the model in `folder`."""
        if self.prepare:
            _imported(self.prepare)(Model.read(folder), folder)


def _imported(place: str) -> Callable[..., Any]:
    module, _, function = place.partition(":")
    made: Callable[..., Any] = getattr(import_module(module), function)
    return made


_MODULES = {"ai-edge-litert": "ai_edge_litert", "tensorflow-cpu": "tensorflow"}
"""Where a distribution's module is not named like it."""

_KERAS = ("keras", _TENSORFLOW)
_ONNX = ("numpy", "onnxruntime")
_GRAPHS = "benchmarks.peers.onnx_graph:prepare"

WAYS = (
    Way("predict", "`model.predict` a character (the tutorial's)", "benchmarks.peers.keras:predict", _KERAS),
    Way("call", "`model(x)` a character", "benchmarks.peers.keras:call", _KERAS),
    Way("torch", "PyTorch a character", "benchmarks.peers.torch:stepwise", ("numpy", "torch")),
    Way("reference", "the NumPy reference", "benchmarks.peers.numpy:ReferenceWriter", ("numpy",)),
    Way("onnx", "ONNX Runtime a character", "benchmarks.peers.onnx:float32", _ONNX, prepare=_GRAPHS),
    Way(
        "onnx-batched", "ONNX Runtime, at its best batch size", "benchmarks.peers.onnx:float32", _ONNX, prepare=_GRAPHS,
        batched=True,
    ),
    Way(
        "onnx-int8", "ONNX Runtime int8 a character", "benchmarks.peers.onnx:int8", _ONNX, "int8",
        prepare=_GRAPHS,
    ),
    Way(
        "onnx-int8-batched", "ONNX Runtime int8, at its best batch size", "benchmarks.peers.onnx:int8", _ONNX, "int8",
        prepare=_GRAPHS, batched=True,
    ),
    Way(
        "tensorflow", "**Charla**, TensorFlow engine", "bot.generation.engines.tensorflow:TensorFlowCopy", _KERAS,
        engine=True,
    ),
    Way(
        "litert", "**Charla**, LiteRT engine", "bot.generation.engines.litert:LiteRTCopy",
        ("ai-edge-litert", "numpy"), "int8", prepare="benchmarks.conversion:prepare", engine=True,
    ),
)  # fmt: skip


def find_way(name: str) -> Way:
    """Return the way of that name.

    Raises:
        KeyError: there is none.
    """
    return {way.name: way for way in WAYS}[name]


if __name__ == "__main__":
    find_way(sys.argv[1]).prepare_in(Path(sys.argv[2]))
