"""Read from the package index which wheels a lock file means, and which files are in one, without fetching it whole."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import dataclass
from importlib import import_module
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from zipfile import ZipFile

import pytest

from tests.support.lock_files import read_lock

INDEX = os.environ.get("PIP_INDEX_URL", import_module("pip._internal.models.index").PyPI.simple_url).rstrip("/")
"""The one that pip is told to use, or its own."""
SECONDS = 10
TAIL = 4 * 2**20
"""The list of files is at the end of a wheel: TensorFlow's has twenty thousand."""


@dataclass(frozen=True)
class Wheel:
    """A file on the index."""

    name: str
    url: str


def read_wheels(package: str, lock: str) -> list[Wheel]:
    """Read which wheels of a package a lock file allows, by their hashes; skip the test where no index answers."""
    wanted = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", _find_entry(package, lock)))
    headers = {"Accept": "application/vnd.pypi.simple.v1+json"}
    try:
        with urlopen(Request(f"{INDEX}/{package}/", headers=headers), timeout=SECONDS) as answer:
            files = json.load(answer)["files"]
    except (HTTPError, URLError, TimeoutError, ValueError, KeyError):
        pytest.skip("no package index answers here")
    return [
        Wheel(file["filename"], file["url"])
        for file in files
        if file["hashes"].get("sha256") in wanted and file["filename"].endswith(".whl")
    ]


def list_files(wheel: Wheel) -> set[str]:
    """List the paths in a wheel; skip the test where its end alone cannot be had."""
    try:
        with urlopen(Request(wheel.url, headers={"Range": f"bytes=-{TAIL}"}), timeout=SECONDS) as answer:
            if answer.status != 206:
                pytest.skip("the package index sends no part of a file")
            end = answer.read()
    except (HTTPError, URLError, TimeoutError):
        pytest.skip("no package index answers here")
    # The list is found from the end; what stands before it need not be there to read it.
    with ZipFile(io.BytesIO(end)) as archive:
        return set(archive.namelist())


def _find_entry(package: str, lock: str) -> str:
    found = re.search(rf"^{re.escape(package)}==.*\n(?: .*\n)+", read_lock(lock), re.MULTILINE)
    assert found, f"{package} is not in requirements/{lock}.txt"
    return found[0]
