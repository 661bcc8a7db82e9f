"""What a release publishes: notes from the changelog, and a compose.yaml that works alone."""

from __future__ import annotations

import re
import subprocess
import sys

from bot import __version__
from tests.support.paths import ROOT

WORKFLOWS = ROOT / ".github/workflows"


def release(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / ".ci/release.py", *words], capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_notes_are_the_changelogs_section_on_the_version_alone() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    notes = release("notes", __version__)
    assert notes.returncode == 0
    assert "\n### " in notes.stdout
    assert "\n## " not in notes.stdout
    assert notes.stdout.strip() in changelog.partition(f"## {__version__} - ")[2]


def test_a_tag_of_another_version_ends_in_a_line() -> None:
    refused = release("notes", "9.9.9")
    assert refused.returncode == 1
    assert refused.stderr == f"the tag names version 9.9.9, bot/__init__.py has {__version__}\n"


def test_the_published_compose_file_builds_nothing_and_needs_no_other_file_than_the_tokens() -> None:
    published = release("compose", "ghcr.io/somebody/charla", "1.2.3").stdout
    assert "build:" not in published
    images = re.findall(r"^ +image: (.*)$", published, re.MULTILINE)
    assert images == ["ghcr.io/somebody/charla:1.2.3-full"] + ["ghcr.io/somebody/charla:1.2.3"] * 2
    here = (ROOT / "compose.yaml").read_text()
    own = re.sub(r"^( +)(build|image):.*\n(?:\1  .*\n)*", "", here, flags=re.MULTILINE)
    assert re.sub(r"^ +image:.*\n", "", published, flags=re.MULTILINE) == own
    assert re.findall(r" file: (\S+)$", re.sub(r"#.*", "", published), re.MULTILINE) == ["./secrets/discord_token"]


def test_actions_are_pinned_by_commit_and_say_their_version() -> None:
    for workflow in WORKFLOWS.iterdir():
        for action in re.findall(r"uses: (.*)", workflow.read_text()):
            pinned = re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
            assert pinned or action == "./.github/workflows/checks.yml"


def test_every_python_is_tried_and_both_kinds_of_machines() -> None:
    checks = (WORKFLOWS / "checks.yml").read_text()
    makefile = (ROOT / "Makefile").read_text()
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in makefile
    assert all(f'"3.{minor}"' in checks for minor in range(11, 15))
    assert "machine: [ubuntu-24.04, ubuntu-24.04-arm]" in checks
    assert "platforms: linux/amd64,linux/arm64" in (WORKFLOWS / "release.yml").read_text()
