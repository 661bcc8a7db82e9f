"""Measure the size of installed packages with their requirements."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name


def installed_bytes(packages: Iterable[str]) -> int:
    """Return the size of the packages' files and of their requirements', in bytes.

    Raises:
        importlib.metadata.PackageNotFoundError: a package is not installed.
    """
    found: dict[str, Distribution] = {}
    waiting = [canonicalize_name(package) for package in packages]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting += _find_requirements(found[name])
    return sum(_size(each) for each in found.values())


def _find_requirements(package: Distribution) -> list[NormalizedName]:
    requirements = [Requirement(text) for text in package.requires or ()]
    return [canonicalize_name(r.name) for r in requirements if not r.marker or r.marker.evaluate({"extra": ""})]


def _size(package: Distribution) -> int:
    paths = [Path(str(package.locate_file(file))) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())
