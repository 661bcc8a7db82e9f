"""Write what a release needs: `python .ci/release.py notes VERSION`, `... compose IMAGE VERSION`, to standard output.

`notes` is the changelog's section; `compose` is compose.yaml with the published images, so that it works alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def read_notes(version: str) -> str:
    """Return the changelog's section on a version, without its heading."""
    program = re.search(
        r'^__version__ = "([^"]*)"', (ROOT / "bot/__init__.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    if program is None or program[1] != version:
        raise SystemExit(f"the tag names version {version}, bot/__init__.py has {program and program[1]}")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(version)} - [^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise SystemExit(f"CHANGELOG.md has no section on {version}")
    return found[1].strip() + "\n"


def publish_compose(image: str, version: str) -> str:
    """Return compose.yaml with published images instead of such as are built from the checkout."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^( +)build:\n(?:\1  .*\n)+", "", text, flags=re.MULTILINE)
    tags = {"slim": version, "full": f"{version}-full"}
    return re.sub(
        r"^( +image: )charla:(slim|full)$",
        lambda found: f"{found[1]}{image}:{tags[found[2]]}",
        text,
        flags=re.MULTILINE,
    )


def main() -> None:
    """Write what the arguments name."""
    match sys.argv[1:]:
        case ["notes", version]:
            sys.stdout.write(read_notes(version))
        case ["compose", image, version]:
            sys.stdout.write(publish_compose(image, version))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
