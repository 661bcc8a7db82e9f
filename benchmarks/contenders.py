"""List the contenders: Charla's engines and other ways of writing text with a model's weights.

`python -m benchmarks.contenders NAME MODEL_FOLDER` makes the files that a contender reads beside the model.
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
from bot.settings import Settings

Precision = Literal["float32", "int8"]

_TENSORFLOW = "tensorflow-cpu" if (sys.platform, platform.machine()) == ("linux", "x86_64") else "tensorflow"


@dataclass(frozen=True, slots=True)
class Contender:
    """A way of writing text with a model's weights, run in a process of its own.

    Attributes:
        name: for options and files.
        title: for people.
        maker: the function that makes it, as `module:function`, imported in its process alone. An engine's takes a
            model and returns a `StatefulCopy`; any other takes a model and its folder, and returns a `Writer`.
        packages: the distributions it needs to run, without their own requirements.
        precision: that of the weights.
        prepare: the function that makes the files it reads beside the model, as `module:function`; it takes a model
            and its folder, and is called before anything is measured. Empty for none.
        engine: whether it is one of Charla's own, served by Charla's own pool.
        batched: whether it takes many requests at a time; then it is measured with many waiting alone.
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
        """Why it cannot run here; empty if it can."""
        absent = [package for package in self.packages if not find_spec(_MODULES.get(package, package))]
        return f"{absent[0]} is not installed" if absent else ""

    def start(self, folder: Path) -> Service:
        """Read the model in `folder`, and start the workers."""
        model, make = Model.read(folder, Settings.load().signing_key), _import_function(self.maker)
        return PoolService(make, model) if self.engine else WritersService(lambda: make(model, folder))

    def prepare_in(self, folder: Path) -> None:
        """Make the files that it reads beside the model in `folder`."""
        if self.prepare:
            _import_function(self.prepare)(Model.read(folder), folder)


def _import_function(path: str) -> Callable[..., Any]:
    module, _, function = path.partition(":")
    made: Callable[..., Any] = getattr(import_module(module), function)
    return made


_MODULES = {"ai-edge-litert": "ai_edge_litert", "tensorflow-cpu": "tensorflow"}
"""The modules of distributions that are named otherwise."""

_KERAS = ("keras", _TENSORFLOW)
_ONNX = ("numpy", "onnxruntime")
_GRAPHS = "benchmarks.peers.onnx_graph:prepare"

CONTENDERS = (
    Contender("predict", "`model.predict` a character (the tutorial's)", "benchmarks.peers.keras:predict", _KERAS),
    Contender("call", "`model(x)` a character", "benchmarks.peers.keras:call", _KERAS),
    Contender("torch", "PyTorch a character", "benchmarks.peers.torch:stepwise", ("numpy", "torch")),
    Contender("reference", "the NumPy reference", "benchmarks.peers.numpy:ReferenceWriter", ("numpy",)),
    Contender("onnx", "ONNX Runtime a character", "benchmarks.peers.onnx:float32", _ONNX, prepare=_GRAPHS),
    Contender(
        "onnx-batched", "ONNX Runtime, at its best batch size", "benchmarks.peers.onnx:float32", _ONNX, prepare=_GRAPHS,
        batched=True,
    ),
    Contender(
        "onnx-int8", "ONNX Runtime int8 a character", "benchmarks.peers.onnx:int8", _ONNX, "int8",
        prepare=_GRAPHS,
    ),
    Contender(
        "onnx-int8-batched", "ONNX Runtime int8, at its best batch size", "benchmarks.peers.onnx:int8", _ONNX, "int8",
        prepare=_GRAPHS, batched=True,
    ),
    Contender(
        "tensorflow", "**Charla**, TensorFlow engine", "bot.generation.engines.tensorflow:TensorFlowCopy", _KERAS,
        engine=True,
    ),
    Contender(
        "litert", "**Charla**, LiteRT engine", "bot.generation.engines.litert:LiteRTCopy",
        ("ai-edge-litert", "numpy"), "int8", prepare="benchmarks.conversion:prepare", engine=True,
    ),
)  # fmt: skip


def find_contender(name: str) -> Contender:
    """Return the contender of that name.

    Raises:
        KeyError: there is no such contender.
    """
    return {contender.name: contender for contender in CONTENDERS}[name]


if __name__ == "__main__":
    find_contender(sys.argv[1]).prepare_in(Path(sys.argv[2]))
