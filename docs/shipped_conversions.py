"""Write bot/generation/shipped_conversions.txt anew: which conversions come with Charla, and may be run as they are.

    python docs/shipped_conversions.py        (or: make shipped)

Run it after a shipped model was changed and converted; it lists what lies in bot/shipped, so look at that first.
"""

from __future__ import annotations

from pathlib import Path

from bot.generation.catalog import SHIPPED_MODELS, find_models
from bot.generation.conversion import SHIPPED_CONVERSIONS, Conversion

OPENING = """\
# The conversions that come with Charla and may be run on any machine: a digest of each, and its model.
# Written by docs/shipped_conversions.py.
"""


def main() -> None:
    """Write the list."""
    SHIPPED_CONVERSIONS.write_text(format_list(SHIPPED_MODELS), encoding="ascii")


def format_list(folder: Path) -> str:
    """Return the list of the conversions of all models in a folder."""
    return OPENING + "".join(
        f"{Conversion.parse(path).digest} {name}\n" for name, path in find_models([folder]).items()
    )


if __name__ == "__main__":
    main()
