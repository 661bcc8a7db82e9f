"""Select the engine that runs a model, and check what it needs; no engine is imported before its first use."""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from bot.errors import ModelError
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.model import Model

Engine = Literal["tensorflow", "litert"]
Choice = Literal["auto", "tensorflow", "litert"]
"""`auto`: LiteRT for every model that is converted for it, TensorFlow for the others."""

_PACKAGES: Final[dict[Engine, str]] = {"tensorflow": "tensorflow", "litert": "ai_edge_litert"}
_CPUINFO = Path("/proc/cpuinfo")


def engine_of(model: Model, choice: Choice) -> Engine:
    """Return the engine that writes with `model`.

    Raises:
        ModelError: there is none.
    """
    if choice == "tensorflow":
        return _usable("tensorflow", model)
    if model.converted:
        if choice == "litert" or _installed("litert"):
            return _usable("litert", model)
    elif choice == "litert" or not _installed("tensorflow"):
        found = "a conversion of other weights" if model.conversion else "no conversion for LiteRT"
        elsewhere = f", where TensorFlow is installed: `docker compose run --rm full convert {model.name}`"
        where = "" if _installed("tensorflow") else elsewhere
        raise ModelError(f"model {model.name} has {found}: run `charla convert {model.name}`{where}")
    return _usable("tensorflow", model)


def check_tensorflow() -> None:
    """Check that TensorFlow can be imported, for work that needs it without a model's engine.

    Raises:
        ModelError: it cannot.
    """
    if reason := _why_not("tensorflow"):
        raise ModelError(reason)


def make_copies(choice: Choice) -> Callable[[Model], StatefulCopy]:
    """Return what makes stateful copies by the engine of each model; it raises what `engine_of` does."""

    def make_copy(model: Model) -> StatefulCopy:
        if engine_of(model, choice) == "litert":
            from bot.generation.engines.litert import LiteRTCopy  # noqa: PLC0415 - each loads its own engine alone

            return LiteRTCopy(model)
        from bot.generation.engines.tensorflow import TensorFlowCopy  # noqa: PLC0415 - takes seconds and 400 MB

        return TensorFlowCopy(model)

    return make_copy


def _installed(engine: Engine) -> bool:
    return find_spec(_PACKAGES[engine]) is not None


def _usable(engine: Engine, model: Model) -> Engine:
    if reason := _why_not(engine):
        raise ModelError(f"model {model.name}: {reason}")
    return engine


def _why_not(engine: Engine) -> str:
    """Return why an engine cannot run here, and what to do; empty where it can."""
    if not _installed(engine):
        if engine == "litert":
            return "LiteRT (ai-edge-litert) is not installed here"
        return "TensorFlow is not installed here; the full image has it: `docker compose run --rm full ...`"
    if engine == "tensorflow" and not has_avx():
        return "TensorFlow would end at once, this processor has no AVX; the engine litert does without"
    return ""


def has_avx(cpuinfo: Path = _CPUINFO) -> bool:
    """Return whether TensorFlow can start on this processor: its builds for x86-64 use AVX and abort without it."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return True  # no Linux: nothing is known against it
    return "avx" in flags.split()
