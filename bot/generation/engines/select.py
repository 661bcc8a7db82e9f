"""Select the engine that runs a model, and check what it needs; an engine is imported at its first use."""

from __future__ import annotations

import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from bot.errors import ModelError
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.model import Model

Engine = Literal["tensorflow", "litert"]
EngineChoice = Literal["auto", "tensorflow", "litert"]
"""`auto`: LiteRT for every model that is converted for it, TensorFlow for the others."""

_PACKAGES: Final[dict[Engine, str]] = {"tensorflow": "tensorflow", "litert": "ai_edge_litert"}
_CPUINFO = Path("/proc/cpuinfo")


def select_engine(model: Model, choice: EngineChoice) -> Engine:
    """Return the engine that writes with `model`, where the operator chose `choice`.

    Raises:
        ModelError: no such engine can run the model here.
    """
    if choice == "tensorflow":
        return _check("tensorflow", model)
    if model.converted:
        if choice == "litert" or _installed("litert"):
            return _check("litert", model)
    elif choice == "litert" or not _installed("tensorflow"):
        found = "a conversion of other weights" if model.conversion else "no conversion for LiteRT"
        elsewhere = f", where TensorFlow is installed: `docker compose run --rm full convert {model.name}`"
        where = "" if _installed("tensorflow") else elsewhere
        raise ModelError(f"model {model.name} has {found}: run `charla convert {model.name}`{where}")
    return _check("tensorflow", model)


def check_tensorflow() -> None:
    """Check that TensorFlow can be imported.

    Raises:
        ModelError: it cannot.
    """
    if reason := _find_obstacle("tensorflow"):
        raise ModelError(reason)


def make_stateful_copy(model: Model, choice: EngineChoice) -> StatefulCopy:
    """Make a stateful copy of `model` by its engine.

    Raises:
        ModelError: see `select_engine`.
    """
    if select_engine(model, choice) == "litert":
        from bot.generation.engines.litert import LiteRTCopy  # noqa: PLC0415 - not installed everywhere

        return LiteRTCopy(model)
    from bot.generation.engines.tensorflow import TensorFlowCopy  # noqa: PLC0415 - takes seconds and 400 MB

    return TensorFlowCopy(model)


def _installed(engine: Engine) -> bool:
    return find_spec(_PACKAGES[engine]) is not None


def _check(engine: Engine, model: Model) -> Engine:
    if reason := _find_obstacle(engine):
        raise ModelError(f"model {model.name}: {reason}")
    return engine


def _find_obstacle(engine: Engine) -> str:
    """Return why an engine cannot run here, and what to do; empty where it can."""
    if not _installed(engine):
        if engine == "litert":
            return "LiteRT (ai-edge-litert) is not installed here"
        return "TensorFlow is not installed here; the full image has it: `docker compose run --rm full ...`"
    if engine == "tensorflow" and not has_avx():
        return "TensorFlow would end at once, this processor has no AVX; the engine litert does without"
    return ""


def has_avx(cpuinfo: Path = _CPUINFO, architecture: str | None = None) -> bool:
    """Return whether the processor has the AVX instructions, without which TensorFlow's builds for x86-64 abort."""
    if (architecture or platform.machine()).lower() not in {"x86_64", "amd64"}:
        return True
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return True  # not Linux: assume that it has
    return "avx" in flags.split()
