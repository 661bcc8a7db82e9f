"""How many processors this process may use."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def available_processors(cgroup: Path = CGROUP) -> int:
    """The processors this process may use, at least 1: the machine's, its affinity's or its container's, the fewest.

    A container's limit of half a processor counts as one, of two and a half as two.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = _quota(cgroup)
    return allowed if quota is None else max(1, min(allowed, int(quota)))


def _quota(cgroup: Path) -> float | None:
    """The container's limit in processors; see the kernel's documentation of cgroup v2, “cpu.max”, and of v1."""
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
