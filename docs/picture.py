"""Draws docs/demo.svg, the terminal in docs/playground.md: `make picture`. What the bot says there is what it said."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).with_name("demo.svg")
WIDTH = 84
LINES = (
    "/generate seed: Known issue: random_seed: 23",
    "/generate seed: Cats can no longer count: 3 random_seed: 10",
)


def answers(lines: tuple[str, ...]) -> list[str]:
    """Return what the demo prints for each line."""
    command = [sys.executable, "-m", "bot", "demo", "--terminal"]
    printed = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    return [f"Charla BOT\n{part}" for part in printed.split("Charla BOT\n")[1:]]


def main() -> None:
    """Draw it."""
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text("$ make demo ARGS=--terminal", "dim"))
    for line, answer in zip(LINES, answers(LINES), strict=True):
        console.print(Text.assemble(("> ", "green"), (line, "bold")))
        console.print(Text(answer))
    drawn = console.export_svg(title="Charla")
    # Fonts from elsewhere would be asked for whenever somebody looks at the page.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\n*", "", drawn, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
