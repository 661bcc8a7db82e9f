"""Select the engine that runs a model, and check what it needs; an engine is imported at its first use."""

from __future__ import annotations

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from bot.errors import ModelError
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.model import Model
from bot.invocation import COMPOSE, MAKE, VARIABLE, name_command

Engine = Literal["tensorflow", "litert"]
EngineChoice = Literal["auto", "tensorflow", "litert"]
"""`auto`: LiteRT for every model that is converted for it, TensorFlow for the others."""

_PACKAGES: Final[dict[Engine, str]] = {"tensorflow": "tensorflow", "litert": "ai_edge_litert"}
_CPUINFO = Path("/proc/cpuinfo")

NEWEST_PYTHON: Final = (3, 13)
"""The newest Python that TensorFlow has builds for; what serves runs on newer ones as well."""


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
        found = _describe_conversion(model)
        docker = f"`docker compose run --rm full convert {model.name}`"
        elsewhere = f", where TensorFlow is installed: `make convert ARGS={model.name}`, or {docker}"
        where = "" if _installed("tensorflow") or os.environ.get(VARIABLE) else elsewhere
        raise ModelError(f"model {model.name} has {found}: run `{name_command(f'convert {model.name}')}`{where}")
    return _check("tensorflow", model)


def _describe_conversion(model: Model) -> str:
    if model.conversion is None:
        return "no conversion for LiteRT"
    return f"a conversion that {model.conversion.flaw}" if model.conversion.flaw else "a conversion of other weights"


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
        return explain_missing_tensorflow()
    if engine == "tensorflow" and not has_avx():
        return "TensorFlow would end at once, this processor has no AVX; the engine litert does without"
    return ""


def explain_missing_tensorflow(python: tuple[int, int] = sys.version_info[:2]) -> str:
    """Say that TensorFlow is missing, and how it comes to this kind of installation, if it can."""
    missing = "TensorFlow is not installed here"
    if python > NEWEST_PYTHON:
        newest, here = (".".join(map(str, version)) for version in (NEWEST_PYTHON, python))
        return f"{missing}: it has no build for Python {here}, the newest that it has is {newest}"
    way = os.environ.get(VARIABLE)
    if way == COMPOSE:
        return f"{missing}: the full image has it (`docker compose run --rm full ...`)"
    if way == MAKE:
        return f"{missing}: `make full` fetches it"
    return (
        f"{missing}: `make full` fetches it in a checkout, `pip install 'charla[full]'` elsewhere; the full image has "
        "it (`docker compose run --rm full ...`)"
    )


def has_avx(cpuinfo: Path = _CPUINFO, architecture: str | None = None) -> bool:
    """Return whether the processor has the AVX instructions, without which TensorFlow's builds for x86-64 abort."""
    if (architecture or platform.machine()).lower() not in {"x86_64", "amd64"}:
        return True
    try:
        flags = next(line for line in cpuinfo.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return True  # not Linux: assume that it has
    return "avx" in flags.split()
