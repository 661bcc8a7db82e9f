"""List what a `.dockerignore` lets into the build, by Docker's own rules.

The last pattern that matches a path, or a folder above it, decides:
https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def list_context(root: Path) -> set[str]:
    """List the files of `root` that a build gets to see, as paths within it."""
    rules = read_rules((root / ".dockerignore").read_text().splitlines())
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {str(path) for path in paths if not is_ignored(PurePosixPath(path), rules)}


def read_rules(lines: Iterable[str]) -> list[tuple[re.Pattern[str], bool]]:
    """Return each pattern, and whether it lets in rather than ignores."""
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [(_translate(line.removeprefix("!").strip("/")), line.startswith("!")) for line in patterns]


def is_ignored(path: PurePosixPath, rules: Iterable[tuple[re.Pattern[str], bool]]) -> bool:
    """Return whether the build does not get to see a file."""
    names = [str(path), *(str(parent) for parent in path.parents if parent.name)]
    ignored = False
    for pattern, lets_in in rules:
        if any(pattern.fullmatch(name) for name in names):
            ignored = not lets_in
    return ignored


def _translate(pattern: str) -> re.Pattern[str]:
    """Return a pattern as a regular expression: `**/` stands for any folders, `*` and `?` for parts of a name."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[[^]]*\]|[^*?\[]+", pattern)
    return re.compile("".join(parts.get(token) or (token if token[0] == "[" else re.escape(token)) for token in tokens))
