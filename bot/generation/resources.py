"""Find how many processors and how much memory this process may use, and how many workers have room."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.errors import ModelError
from bot.generation.engines.select import Engine

log = logging.getLogger(__name__)

CGROUP = Path("/sys/fs/cgroup")
MB = 10**6

BASE_MEMORY: Final[Mapping[Engine, int]] = {"tensorflow": 640 * MB, "litert": 130 * MB}
"""Bytes that the bot takes with an engine, before it has any copy of a model."""
COPY_MEMORY: Final[Mapping[Engine, int]] = {"tensorflow": 45 * MB, "litert": 8 * MB}
"""Bytes that a stateful copy takes of a model such as those that come with Charla (a recurrent layer of 512 units)."""


def available_processors(cgroup: Path = CGROUP) -> int:
    """Return how many processors this process may use, by the machine, the process's affinity and the container.

    A container's limit of half a processor counts as one, of two and a half as two.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = _read_quota(cgroup)
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def _read_quota(cgroup: Path) -> float | None:
    """Return the container's limit in processors; the kernel documents it under cgroup v2, “cpu.max”, and cgroup v1."""
    try:
        limit, period = (cgroup / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            limit = (cgroup / "cpu/cpu.cfs_quota_us").read_text().strip()
            period = (cgroup / "cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if not limit.isdigit() or not period.isdigit() or not int(period):
        return None  # “max” or -1: no limit
    return int(limit) / int(period)


def available_memory(cgroup: Path = CGROUP) -> int | None:
    """Return the bytes this process may use, by the machine and the container; None where unknown.

    The kernel documents the limits under cgroup v2, “memory.max”, and cgroup v1, “memory.limit_in_bytes”.
    """
    files = (cgroup / "memory.max", cgroup / "memory/memory.limit_in_bytes")
    return min(filter(None, (_machine_memory(), *map(_read_limit, files))), default=None)


def _machine_memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _read_limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None  # “max”: no limit


def count_workers(
    engines: Sequence[Engine], wanted: int = 0, *, processors: int | None = None, memory: int | None = None
) -> int:
    """Return how many workers to start: `wanted`, or, if that is 0, as many as there are processors and memory for.

    Args:
        engines: the engine of each model, the default model's first.
        wanted: how many the operator wants; the log warns if they have no room.
        processors: how many may be used; if left out, as many as this process may.
        memory: bytes that may be used; if left out, as many as this process may.

    Raises:
        ModelError: there is no room for one worker with a copy of the default model.
    """
    most = wanted or processors or available_processors()
    affordable = affordable_workers(engines, most, memory or available_memory())
    if affordable < most:
        log.warning("There is memory for %d of %d workers with a copy of every model each", affordable, most)
    return wanted or affordable


def affordable_workers(engines: Sequence[Engine], wanted: int, memory: int | None) -> int:
    """Return how many workers have room, at most `wanted`.

    Args:
        engines: the engine of each model, the default model's first. A worker may come to hold a copy of every model.
        wanted: how many there are processors for.
        memory: bytes that may be used, see `available_memory`.

    Raises:
        ModelError: there is no room for one worker with a copy of the default model.
    """
    if memory is None:
        return wanted
    base, one_copy = max(BASE_MEMORY[engine] for engine in engines), COPY_MEMORY[engines[0]]
    if base + one_copy > memory:
        which = "TensorFlow" if "tensorflow" in engines else "LiteRT"
        help_ = ": set ENGINE=litert, or allow more" if which == "TensorFlow" else ": allow more"
        raise ModelError(
            f"with {which} Charla needs {math.ceil((base + one_copy) / MB)} MB of memory, "
            f"this machine or container has {memory // MB}{help_}"
        )
    return max(1, min(wanted, (memory - base) // sum(COPY_MEMORY[engine] for engine in engines)))
