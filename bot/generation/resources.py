"""Find how many processors and how much memory this process may use, and how many workers have room."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.errors import ModelError
from bot.generation.engines.select import Engine

CGROUP = Path("/sys/fs/cgroup")


def available_processors(cgroup: Path = CGROUP) -> int:
    """Return how many processors this process may use: the fewest of the machine's, its affinity's, its container's.

    A container's limit of half a processor counts as one, of two and a half as two.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = _quota(cgroup)
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def _quota(cgroup: Path) -> float | None:
    """Return the container's limit in processors; see the kernel's documentation of cgroup v2, “cpu.max”, and of v1."""
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


MB = 10**6


def available_memory(cgroup: Path = CGROUP) -> int | None:
    """Return the bytes this process may use: the machine's or its container's limit, the smaller; None where unknown.

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


def affordable_workers(engines: Sequence[Engine], wanted: int, memory: int | None) -> int:
    """Return how many workers have room, at the most `wanted`.

    Args:
        engines: that of each model, the default's first. A worker may come to hold a copy of every one.
        wanted: how many there are processors for.
        memory: bytes that may be used, see `available_memory`.

    Raises:
        ModelError: there is no room for one worker with a copy of the default model.
    """
    if memory is None:
        return wanted
    base = max(BASE[engine] for engine in engines)
    if base + COPY[engines[0]] > memory:
        which = "TensorFlow" if "tensorflow" in engines else "LiteRT"
        help_ = ": set ENGINE=litert, or allow more" if which == "TensorFlow" else ": allow more"
        raise ModelError(
            f"with {which} Charla needs {math.ceil((base + COPY[engines[0]]) / MB)} MB of memory, this machine or "
            f"container has {memory // MB}{help_}"
        )
    return max(1, min(wanted, (memory - base) // sum(COPY[engine] for engine in engines)))
