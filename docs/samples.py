"""Write docs/samples.md: what the models that come with Charla answer, unpicked. `make samples`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from bot.generation.catalog import SHIPPED_MODELS, find_models

PAGE = Path(__file__).with_name("samples.md")
RANDOM_SEEDS = range(1, 21)
OPENING = """# Samples

What each model that comes with Charla answers to `/generate` with nothing chosen but the random seed, from
{first} to {last}: none picked, none left out. Each starts with one of the seeds on the model's card.
`make samples` writes this page anew.

How good are they? Readers who do not know which text is whose compare such answers with other texts, forty pairs each,
cut the same way: Which one is more fluent? Which one makes more sense? Which one is a person more likely to smile at,
or to repeat to somebody? [Blind readers](readers.md) says how they judge, and what they found, also where ours lost.
"""


def main() -> None:
    """Ask every model for every random seed, through the bot itself."""
    parts = [OPENING.format(first=RANDOM_SEEDS[0], last=RANDOM_SEEDS[-1])]
    for name in find_models([SHIPPED_MODELS]):
        parts.append(f"\n## {name}\n")
        parts += [f"\n{quoted(answer)}\n" for answer in answers(name)]
    PAGE.write_text("".join(parts), encoding="utf-8")


def answers(model: str) -> list[str]:
    """Return what the demo prints for each random seed."""
    lines = "\n".join(f"/generate model: {model} random_seed: {number}" for number in RANDOM_SEEDS)
    unlimited = os.environ | {"RATE_LIMIT_USER": "0"}
    command = [sys.executable, "-m", "bot", "demo", "--terminal"]
    printed = subprocess.run(command, input=lines, env=unlimited, capture_output=True, text=True, check=True).stdout
    _, *found = printed.split("Charla BOT\n")
    if len(found) != len(RANDOM_SEEDS):
        sys.exit(f"{len(found)} answers to {len(RANDOM_SEEDS)} requests:\n{printed}")
    return found


def quoted(answer: str) -> str:
    """Return an answer as it reads, without the demo's frame, and without the time, which is never the same twice."""
    lines = [line.strip("│ ") for line in answer.splitlines() if line.startswith("│")]
    return "```text\n" + re.sub(r" · [\d.]+ s\b", "", "\n".join(lines)) + "\n```"


if __name__ == "__main__":
    main()
