"""Check how the tests are laid out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cogs import COGS
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


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "README.md", "docs/architecture.md"])
def test_a_page_names_only_files_that_there_are(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`((?:bot|cogs|corpora|playground|tests|benchmarks|docs)/[\w./]*)`", text)
    linked = re.findall(r"\]\(([\w./-]+)[#)]", text)
    paths = [ROOT / name for name in named] + [(ROOT / page).parent / name for name in linked]
    assert [path for path in paths if not path.exists()] == []


def test_hooks_and_make_check_run_the_same_tools() -> None:
    hooks = re.findall(r"entry: \.venv/bin/(\w+)", (ROOT / ".pre-commit-config.yaml").read_text())
    checks = re.findall(r"^\t\$\(BIN\)/([\w-]+)", make_target("check"), re.MULTILINE)
    assert hooks == ["ruff", "ruff", "mypy"]
    assert checks == [*hooks, "lint-imports", "actionlint"]


def make_target(name: str) -> str:
    """Return a target of the Makefile with its lines."""
    found = re.search(rf"^{name}:.*\n(?:\t.*\n)+", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found
    return found[0]
