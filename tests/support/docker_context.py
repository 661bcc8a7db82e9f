"""List what a `.dockerignore` lets into the build, by Docker's own rules.

The last pattern that matches a path, or a folder above it, decides:
https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def list_context(root: Path) -> set[str]:
    """List the files of `root` that a build gets to see, as paths within it."""
    lines = (root / ".dockerignore").read_text().splitlines()
    rules, let_in = read_rules(lines), [line[1:] for line in lines if line.startswith("!")]
    found: set[str] = set()
    for folder, folders, files in os.walk(root):
        place = PurePosixPath(Path(folder).relative_to(root))
        # As Docker does, go into an ignored folder only if a line lets in what lies there: .venv has many files.
        folders[:] = [
            name
            for name in folders
            if not is_ignored(place / name, rules) or any(line.startswith(f"{place / name}/") for line in let_in)
        ]
        found |= {str(place / name) for name in files if not is_ignored(place / name, rules)}
    return found


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
