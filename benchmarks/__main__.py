"""`make bench`: every benchmark, on the default model; exit code 1 when a goal is missed."""

from __future__ import annotations

import sys

from benchmarks import burst, loop
from bot.generation.catalog import Catalog
from bot.settings import Settings


def main() -> int:
    """Run them in turn."""
    settings = Settings.load(log_level="warning", rate_limit_user=0, rate_limit_server=0, development_guild=0)
    catalog = Catalog.read(settings.model_folders, settings.default_model)
    reached = [loop.run(catalog.default), burst.run(settings, catalog)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
