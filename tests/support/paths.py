"""Name the folders that tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
"""Files that lie beside the project, such as Discord's description of its API; tests that need one are skipped
where it is missing."""
