"""The images can be built for both kinds of machines: the wheels are there, with what the Dockerfile removes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from tests.support.lock_files import read_names
from tests.support.paths import ROOT
from tests.support.wheel_lists import Wheel, list_files, read_wheels

MACHINES = ("x86_64", "aarch64")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
GLIBC = 36
"""The images' Debian has glibc 2.41; Raspberry Pi OS of 2023, which hosts without Docker, has 2.36."""


def fits(wheel: Wheel, machine: str) -> bool:
    """Return whether the images' Python takes a wheel on a machine of that kind."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    platforms += [f"manylinux{year}_{machine}" for year in (2014, 2010)]
    here = {*cpython_tags((3, 13), platforms=platforms), *compatible_tags((3, 13), "cp313", platforms)}
    _, _, _, tags = parse_wheel_filename(wheel.name)
    return bool(here & tags)


def files_of(package: str, lock: str, machine: str) -> set[str]:
    wheel = next(wheel for wheel in read_wheels(package, lock) if fits(wheel, machine))
    return list_files(wheel)


def removed(command: str) -> list[str]:
    """The folders and files of packages that a command of the Dockerfile removes."""
    found = re.findall(rf"&& {command} ((?:(?:ai_edge_litert|tensorflow)/\S+ ?)+)", DOCKERFILE)
    return [path for paths in found for path in paths.split()]


def test_every_package_of_both_images_has_a_wheel_for_both_machines() -> None:
    # TensorFlow has another name on each.
    names = sorted(read_names("run") - {"tensorflow", "tensorflow-cpu"})
    with ThreadPoolExecutor(8) as threads:
        found = dict(zip(names, threads.map(lambda name: read_wheels(name, "run"), names), strict=True))
    for machine in MACHINES:
        missing = [name for name, wheels in found.items() if not any(fits(wheel, machine) for wheel in wheels)]
        assert missing == [], machine


@pytest.mark.parametrize("machine", MACHINES)
def test_what_the_dockerfile_removes_is_there(machine: str) -> None:
    tensorflow = "tensorflow-cpu" if machine == "x86_64" else "tensorflow"
    files = files_of("ai-edge-litert", "slim", machine) | files_of(tensorflow, "run", machine)
    always = removed("rm -r")
    assert len(always) >= 3
    for path in always:
        assert any(file == path or file.startswith(f"{path}/") for file in files), path


def test_what_may_be_missing_is_there_on_one_machine_at_least() -> None:
    files = set().union(*(files_of("ai-edge-litert", "slim", machine) for machine in MACHINES))
    assert removed("rm -rf") == ["ai_edge_litert/vendors"]
    assert any(file.startswith("ai_edge_litert/vendors/") for file in files)
