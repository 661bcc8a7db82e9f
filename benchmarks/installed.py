"""Measure how much room packages take once they are installed, with all that they need."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name


def installed_bytes(packages: Iterable[str]) -> int:
    """Return the size of the packages' files, and of those of what they need here, in bytes.

    Raises:
        importlib.metadata.PackageNotFoundError: one is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [canonicalize_name(package) for package in packages]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting += _needed(found[name])
    return sum(_size(each) for each in found.values())


def _needed(package: Distribution) -> list[NormalizedName]:
    requirements = [Requirement(text) for text in package.requires or ()]
    return [canonicalize_name(r.name) for r in requirements if not r.marker or r.marker.evaluate({"extra": ""})]


def _size(package: Distribution) -> int:
    paths = [Path(str(package.locate_file(file))) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())
