"""Read and write a model's conversion for LiteRT, and which weights it was made of.

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
"""Holds one array, the graph's bytes, and metadata: which weights it was made of, by which converter."""

CONVERTER: Final = "4"
"""The converter's version: raise it when what the converter makes changes, and older conversions are stale."""

STATE: Final = "state_"
"""The prefix of the recurrent states' names, among a graph's inputs as among its outputs."""
READ: Final = "read"
"""The signature of a graph that reads a step and returns logits, for measuring."""

_GRAPH = "graph"


def advance_signature(rows: int) -> str:
    """Return the name of the signature that advances `rows` rows by a chunk."""
    return f"advance_{rows}"


@dataclass(frozen=True)
class Conversion:
    """A model's network and its sampling as a graph of LiteRT.

    Attributes:
        fingerprint: that of the model, see `bot.generation.model.Model.fingerprint`.
        graph: a TensorFlow Lite flatbuffer.
        converter: the version of the converter that made it.
    """

    fingerprint: str
    graph: bytes
    converter: str = CONVERTER

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Read the conversion in a model's folder; return None if there is none, or it is damaged."""
        try:
            with safe_open(folder / CONVERSION_FILE, framework="numpy") as file:
                facts, graph = file.metadata() or {}, file.get_tensor(_GRAPH).tobytes()
        except (OSError, SafetensorError):
            return None
        if facts.get("sha256") != hashlib.sha256(graph).hexdigest():
            return None  # LiteRT would not notice, and might crash
        return cls(facts.get("fingerprint", ""), graph, facts.get("converter", ""))

    def write(self, folder: Path) -> None:
        """Write the conversion to a model's folder, over an older one: all of it or nothing.

        Raises:
            OSError: there is no room, or no permission.
        """
        digest = hashlib.sha256(self.graph).hexdigest()
        facts = {"fingerprint": self.fingerprint, "converter": self.converter, "sha256": digest}
        array = np.frombuffer(self.graph, np.uint8)
        replace_file(folder / CONVERSION_FILE, save({_GRAPH: array}, metadata=facts))
