"""Read the lock files in requirements."""

from __future__ import annotations

import re

from tests.support.paths import ROOT

PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; .+)?")


def read_lock(name: str) -> str:
    """Read `requirements/NAME.txt`."""
    return (ROOT / f"requirements/{name}.txt").read_text()


def read_pins(name: str) -> set[tuple[str, str]]:
    """Read the names and versions that a lock file pins."""
    found = [PINNED.match(line) for line in read_lock(name).splitlines() if not line.startswith(" ")]
    return {(match["name"], match["version"]) for match in found if match}


def read_names(name: str) -> set[str]:
    """Read the names of the packages that a lock file pins."""
    return {package for package, _ in read_pins(name)}
