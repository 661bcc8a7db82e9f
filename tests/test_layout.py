"""Check how the tests are laid out."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.chat.client import COGS
from tests.support.paths import ROOT

TESTS = ROOT / "tests"


def read_imports(path: Path, root: Path = ROOT) -> set[str]:
    """List the modules that a file imports, also inside of functions; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.relative_to(root).parts[: -node.level]) if node.level else ""
            module = ".".join(filter(None, (package, node.module)))
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_what_tests_share_is_imported_from_tests_support_alone(path: Path) -> None:
    tests = {name for name in read_imports(path) if name.split(".")[0] in {"tests", "conftest"}}
    assert {name for name in tests if name != "tests" and not f"{name}.".startswith("tests.support.")} == set()


def test_imports_are_seen_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "tests/wire").mkdir(parents=True)
    file = tmp_path / "tests/wire/test_a.py"
    file.write_text(
        "import tests.a\nfrom tests import b\nfrom . import c\nfrom ..d import e\ndef f(): import tests.g\n"
    )
    seen = {"tests.a", "tests.b", "tests.wire.c", "tests.d", "tests.g"}
    assert read_imports(file, tmp_path) >= seen


def test_every_cog_is_loaded() -> None:
    assert sorted(COGS) == sorted(path.stem for path in (ROOT / "cogs").glob("[!_]*.py"))
