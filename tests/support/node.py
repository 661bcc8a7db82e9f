"""Run the scripts in tests/browser with Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[1] / "browser"
PACKAGES = SCRIPTS / "node_modules"
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js is not there")
needs_packages = pytest.mark.skipif(
    NODE is None or not PACKAGES.exists(),
    reason="the npm packages of tests/browser are not there: `make test` with npm",
)


def run_node(script: str, given: Any) -> Any:
    """Run a script, and return what it answers to `given`; both go as JSON."""
    assert NODE
    command = [NODE, "--no-warnings", str(SCRIPTS / script)]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
