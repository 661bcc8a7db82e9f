"""Read and write a model's conversion for LiteRT, and which weights it was made of.

The converter (`bot.export.litert`) needs TensorFlow; reading what it made, and running it
(`bot.generation.engines.litert`), does not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Self

import numpy as np
from safetensors.numpy import load, save

from bot.errors import ModelError
from bot.generation.atomic_files import replace_file
from bot.generation.guarded_files import MB, read_guarded, refuse_damaged
from bot.generation.signing import SigningKey

CONVERSION_FILE: Final = "litert.safetensors"
"""Holds one array, the graph's bytes, and metadata: what it was made of, by which converter, and a signature."""
MAX_CONVERSION_BYTES: Final = 512 * MB
SHIPPED_CONVERSIONS: Final = Path(__file__).with_name("shipped_conversions.txt")
"""Lists the conversions that come with Charla: a digest and a name a line."""
NOT_MADE_HERE: Final = "was not made here"

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

    LiteRT runs a graph as it is, and one that was changed on purpose can crash or take over the process. So a graph
    that is read from a file is kept only if it was made here, and signed, or is among those that come with Charla.

    Attributes:
        fingerprint: that of the model, see `bot.generation.model.Model.fingerprint`.
        graph: a TensorFlow Lite flatbuffer.
        converter: the version of the converter that made it.
        signature: of the other three, by the key of the machine that made it; empty where nobody signed it.
        flaw: why it must not be run, to be read after "a conversion that"; empty where it may.
    """

    fingerprint: str
    graph: bytes
    converter: str = CONVERTER
    signature: str = ""
    flaw: str = ""

    @property
    def digest(self) -> str:
        """A hash of all that is signed."""
        parts = (self.converter, self.fingerprint, hashlib.sha256(self.graph).hexdigest())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def signed(self, key: SigningKey) -> Self:
        """Return the conversion signed with a key: from now on it can be read, and run, where the key is.

        Raises:
            ModelError: the key can be neither read nor made.
        """
        return replace(self, signature=key.sign(self.digest.encode()))

    @classmethod
    def read(cls, folder: Path, key: SigningKey | None = None) -> Self | None:
        """Read the conversion in a model's folder, without its graph where it has a flaw; return None if there is none.

        Args:
            folder: the model's folder.
            key: tells which conversions were made here; without it, only those that come with Charla have no flaw.
        """
        try:
            made = cls.parse(folder)
        except FileNotFoundError:
            return None
        except ModelError as error:
            return cls("", b"", flaw=f"cannot be used: {error}")
        if made.digest in shipped_conversions() or (key and key.has_signed(made.digest.encode(), made.signature)):
            return made
        return replace(made, graph=b"", flaw=NOT_MADE_HERE)

    @classmethod
    def parse(cls, folder: Path) -> Self:
        """Parse the conversion in a model's folder, also one that was made elsewhere and must not be run, see `read`.

        Raises:
            FileNotFoundError: there is none.
            ModelError: it cannot be read, or is damaged.
        """
        path = folder / CONVERSION_FILE
        with refuse_damaged(path):
            content = read_guarded(path, MAX_CONVERSION_BYTES)
            graph = load(content)[_GRAPH].tobytes()
            header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
            facts = {str(name): str(value) for name, value in header.get("__metadata__", {}).items()}
        if facts.get("sha256") != hashlib.sha256(graph).hexdigest():
            raise ModelError(f"{path} is damaged")
        return cls(facts.get("fingerprint", ""), graph, facts.get("converter", ""), facts.get("signature", ""))

    def write(self, folder: Path) -> None:
        """Write the conversion to a model's folder, over an older one: all of it or nothing.

        Raises:
            OSError: there is no room, or no permission.
        """
        facts = {
            "fingerprint": self.fingerprint,
            "converter": self.converter,
            "sha256": hashlib.sha256(self.graph).hexdigest(),
            "signature": self.signature,
        }
        array = np.frombuffer(self.graph, np.uint8)
        replace_file(folder / CONVERSION_FILE, save({_GRAPH: array}, metadata=facts))


@cache
def shipped_conversions() -> frozenset[str]:
    """Return the digests of the conversions that come with Charla, see `docs/shipped_conversions.py`."""
    lines = SHIPPED_CONVERSIONS.read_text(encoding="ascii").splitlines()
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#"))
