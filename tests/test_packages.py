"""The lock files, and who installs which: what is slim has to stay so."""

from __future__ import annotations

import re
import tomllib

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager

from bot import __version__
from tests.support.lock_files import PINNED, read_lock, read_names, read_pins
from tests.support.paths import ROOT

LOCKS = ("run", "slim", "dev", "bench", "build", "hikari", "simcord")
FULL_ALONE = {"h5py", "ijson", "keras", "matplotlib", "pyppmd", "tensorflow", "tensorflow-cpu"}
HASHES = re.compile(r"(?: {4}--hash=sha256:[0-9a-f]{64})+")


def declared(specifiers: list[str]) -> set[str]:
    return {re.split(r"[^a-z0-9-]", specifier.lower().replace(".", "-"))[0] for specifier in specifiers}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_version_and_hash_and_names_no_index(name: str) -> None:
    for entry in read_lock(name).replace(" \\\n", "").splitlines():
        head, _, hashes = entry.partition("    --hash")
        assert PINNED.fullmatch(head), entry
        assert HASHES.fullmatch(f"    --hash{hashes}"), entry
    assert "://" not in read_lock(name)


def test_every_lock_is_looked_at() -> None:
    assert {path.stem for path in (ROOT / "requirements").iterdir()} == set(LOCKS)


def test_slim_is_a_part_of_the_whole_without_tensorflow() -> None:
    assert read_pins("slim") < read_pins("run")
    assert not read_names("slim") & FULL_ALONE
    assert read_names("run") >= FULL_ALONE


def test_slim_has_what_serving_declares_and_the_whole_has_the_extra_as_well() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert declared(project["dependencies"]) <= read_names("slim")
    assert declared(project["optional-dependencies"]["full"]) == FULL_ALONE
    assert declared(project["optional-dependencies"]["postgres"]) == {"psycopg"} <= read_names("slim")


def test_each_image_is_built_from_its_own_lock_which_the_build_gets_to_see() -> None:
    stages = dict(
        re.findall(
            r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", (ROOT / "Dockerfile").read_text(), re.DOTALL | re.MULTILINE
        )
    )
    seen = (ROOT / ".dockerignore").read_text().splitlines()
    for target, name in {"slim": "slim", "full": "run"}.items():
        assert f"COPY --from={target}-packages /venv /venv" in stages[target]
        assert re.findall(r"requirements/(\w+)\.txt", stages[f"{target}-packages"]) == [name]
        assert f"--require-hashes --requirement /tmp/{name}.txt" in stages[f"{target}-packages"]
        assert f"!requirements/{name}.txt" in seen
    assert list(stages)[-1] == "full", "what is built if no target is named"


def test_make_renews_every_lock() -> None:
    made = re.findall(r"--output-file requirements/(\w+)\.txt", (ROOT / "Makefile").read_text())
    assert sorted(made) == sorted(LOCKS)


def test_the_version_is_the_programs_and_the_newest_in_the_changelog() -> None:
    project = ProjectMetadata(str(ROOT), PluginManager())
    assert project.version == __version__
    released = re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == __version__


def test_the_images_hold_the_packages_that_are_installed_elsewhere() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    packages = sorted(wheel["packages"])
    let_in = re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(let_in) == sorted([*packages, "LICENSE"])
    dockerfile = (ROOT / "Dockerfile").read_text()
    stages = re.split(r"^FROM .*", dockerfile, flags=re.MULTILINE)
    for image in stages[-2:]:
        assert sorted(re.findall(r"^COPY --from=app /app/(\w+) /app/\1$", image, re.MULTILINE)) == packages
    compiled = re.findall(r"unchecked-hash ([\w ]+)$", dockerfile, re.MULTILINE)
    assert [sorted(names.split()) for names in compiled] == [packages]
