"""Compare how many characters a second are trained: `make bench-training`.

Charla's own step beside Keras's layers, which it replaced, and PyTorch where it is installed; on one processor and on
all. Each way runs in a process of its own, all in turn, several rounds; figures are medians. Products are computed in
bfloat16 where the processor has it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.docs_page import describe_machine, replace_section
from benchmarks.options import parse_count
from benchmarks.tables import format_table
from benchmarks.training_process import EMBEDDING, STEPS, UNITS, VOCABULARY

ROWS = (128, 32, 16)
WAYS = {"charla": "Charla's step", "keras": "Keras's layers", "torch": "PyTorch's LSTM, autocast"}
GOALS = {"keras": {128: 1.4, 32: 1.8, 16: 2.4}, "torch": {128: 1.0, 32: 1.0, 16: 1.0}}
"""How many times as many characters a second Charla's step should train, by the rows of a batch."""
TWO_PROCESSORS = 1.8
WEIGHTS = EMBEDDING * 4 * UNITS + UNITS * 4 * UNITS + UNITS * VOCABULARY
"""Numbers in the matrices; each is multiplied once on the way there and twice on the way back, for a character."""


def main() -> int:
    """Measure, print the tables, and return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.training", description=__doc__)
    parser.add_argument("--rounds", type=parse_count, default=3, help="how often everything is measured (3)")
    parser.add_argument("--write-docs", action="store_true", help="write the tables to docs/training.md")
    options = parser.parse_args()
    ways = [way for way in WAYS if way != "torch" or find_spec("torch")]
    found = _run_rounds(ways, options.rounds)
    text = "\n".join([describe_machine(), "", *_tabulate(ways, found)])
    sys.stdout.write(f"{text}\n")
    if options.write_docs:
        replace_section("figures of make bench-training", text, Path("docs/training.md"))
    return 0 if all(reached for _, reached in _judge(ways, found)) else 1


Figures = dict[tuple[str, int, int], float]
"""Characters a second, by the way, the rows of a batch, and the processors used; `peak` has operations a second."""


def _run_rounds(ways: list[str], rounds: int) -> Figures:
    processors = len(os.sched_getaffinity(0))
    cases = [(way, rows, 1) for rows in ROWS for way in ways]
    cases += [("charla", rows, processors) for rows in ROWS if processors > 1]
    cases.append(("peak", 0, 1))
    found: dict[tuple[str, int, int], list[float]] = {case: [] for case in cases}
    for _ in range(rounds):
        for case, values in found.items():
            command = [sys.executable, "-m", "benchmarks.training_process", *map(str, case)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603 - our own
            values.append(float(done.stdout))
    return {case: median(values) for case, values in found.items()}


def _tabulate(ways: list[str], found: Figures) -> list[str]:
    heads = ["way", *(f"{rows} rows" for rows in ROWS)]
    lines = [[WAYS[way], *(f"{found[way, rows, 1]:,.0f}" for rows in ROWS)] for way in ways]
    several = max(processors for _, _, processors in found)
    if several > 1:
        shares = (found["charla", rows, several] for rows in ROWS)
        lines.append([f"{WAYS['charla']}, {several} processors", *(f"{value:,.0f}" for value in shares)])
    peak = found["peak", 0, 1]
    shares = (6 * WEIGHTS * found["charla", rows, 1] / peak for rows in ROWS)
    lines.append([f"share of the product's peak, {peak / 1e9:.0f} GFLOP/s", *(f"{share:.0%}" for share in shares)])
    verdicts = [f"- {'reached' if reached else 'missed'}: {what}" for what, reached in _judge(ways, found)]
    return [
        f"Characters a second trained, embedding {EMBEDDING}, LSTM {UNITS}, {VOCABULARY} characters, {STEPS} steps:",
        "",
        *format_table(heads, iter(lines)),
        "",
        *verdicts,
    ]


def _judge(ways: list[str], found: Figures) -> list[tuple[str, bool]]:
    reached = []
    for way in ways:
        for rows, goal in GOALS.get(way, {}).items():
            ratio = found["charla", rows, 1] / found[way, rows, 1]
            reached.append((f"{ratio:.2f} times {WAYS[way]} at {rows} rows ({goal} wanted)", ratio >= goal))
    several = max(processors for _, _, processors in found)
    if several > 1:
        ratio = max(found["charla", rows, several] / found["charla", rows, 1] for rows in ROWS)
        reached.append(
            (f"{several} processors {ratio:.2f} times one ({TWO_PROCESSORS} wanted)", ratio >= TWO_PROCESSORS)
        )
    return reached


if __name__ == "__main__":
    sys.exit(main())
