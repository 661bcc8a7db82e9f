"""Read and write a model's conversion for LiteRT, and tell whether it was made of the same weights.

The converter (`bot.export.litert`) needs TensorFlow; reading what it made, and running it
(`bot.generation.engines.litert`), does not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from bot.generation.atomic_files import replace_file

CONVERSION_FILE: Final = "litert.safetensors"
"""A container of one array, the graph's bytes, and of what says whose it is."""

CONVERTER: Final = "3"
"""The converter's version: a change of what it makes of a model raises it, and makes older conversions stale."""

STATE: Final = "state_"
"""What the names of the recurrent states begin with, among a graph's inputs and outputs alike."""
READ: Final = "read"
"""The signature of a graph that reads a step and gives logits, for measuring."""

_GRAPH = "graph"


def advance_signature(rows: int) -> str:
    """Return the name of the signature that advances that many rows by a chunk."""
    return f"advance_{rows}"


@dataclass(frozen=True)
class Conversion:
    """A model's network and its sampling as a graph of LiteRT.

    Attributes:
        fingerprint: of the model it was made of, see `bot.generation.model.Model.fingerprint`.
        graph: a TensorFlow Lite flatbuffer.
        converter: the version of the converter that made it.
    """

    fingerprint: str
    graph: bytes
    converter: str = CONVERTER

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the conversion in a model's folder, or None where there is none or it is damaged."""
        try:
            with safe_open(folder / CONVERSION_FILE, framework="numpy") as file:
                facts, graph = file.metadata() or {}, file.get_tensor(_GRAPH).tobytes()
        except (OSError, SafetensorError):
            return None
        if facts.get("sha256") != hashlib.sha256(graph).hexdigest():
            return None  # LiteRT would not notice, and might crash
        return cls(facts.get("fingerprint", ""), graph, facts.get("converter", ""))

    def write(self, folder: Path) -> None:
        """Write it to a model's folder, over an older one: all of it or nothing.

        Raises:
            OSError: there is no room, or no permission.
        """
        digest = hashlib.sha256(self.graph).hexdigest()
        facts = {"fingerprint": self.fingerprint, "converter": self.converter, "sha256": digest}
        array = np.frombuffer(self.graph, np.uint8)
        replace_file(folder / CONVERSION_FILE, save({_GRAPH: array}, metadata=facts))
