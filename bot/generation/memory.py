"""How much memory this process may use, and how many workers have room in it."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.generation.engines.choice import Engine
from bot.generation.model import ModelError
from bot.generation.processors import CGROUP

MB = 10**6


def available_memory(cgroup: Path = CGROUP) -> int | None:
    """The bytes this process may use: the machine's or its container's limit, the smaller; None where unknown.

    See the kernel's documentation of cgroup v2, “memory.max”, and of v1, “memory.limit_in_bytes”.
    """
    limits = (_machine(), _limit(cgroup / "memory.max"), _limit(cgroup / "memory/memory.limit_in_bytes"))
    return min((limit for limit in limits if limit), default=None)


def _machine() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # “max”: no limit


BASE: Final[Mapping[Engine, int]] = {"tensorflow": 640 * MB, "litert": 130 * MB}
"""What the bot takes with an engine, before it has any copy."""
COPY: Final[Mapping[Engine, int]] = {"tensorflow": 45 * MB, "litert": 8 * MB}
"""What a stateful copy of a model such as those that come with Charla takes (a recurrent layer of 512 units)."""


class MemoryTooSmallError(ModelError):
    """Not even one worker has room; the message says what would."""


def affordable_workers(engines: Sequence[Engine], wanted: int, memory: int | None) -> int:
    """How many workers have room, at the most `wanted`.

    Args:
        engines: that of each model, the default's first. A worker may come to hold a copy of every one.
        wanted: how many there are processors for.
        memory: bytes that may be used, see `available_memory`.

    Raises:
        MemoryTooSmallError: there is no room for one worker with a copy of the default model.
    """
    if memory is None:
        return wanted
    base = max(BASE[engine] for engine in engines)
    if base + COPY[engines[0]] > memory:
        which = "TensorFlow" if "tensorflow" in engines else "LiteRT"
        help_ = ": set ENGINE=litert, or allow more" if which == "TensorFlow" else ": allow more"
        raise MemoryTooSmallError(
            f"with {which} Charla needs {math.ceil((base + COPY[engines[0]]) / MB)} MB of memory, this machine or "
            f"container has {memory // MB}{help_}"
        )
    return max(1, min(wanted, (memory - base) // sum(COPY[engine] for engine in engines)))
