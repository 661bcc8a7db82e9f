"""Hold options of `charla evaluate` for tests that do not look at the measures themselves."""

from __future__ import annotations

QUICK = ["--characters-generated", "1000", "--reciting-characters", "1000", "--reciting-top-n", "3", "--top-n", "3,all"]
