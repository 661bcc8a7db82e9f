"""Profile the LiteRT engine by Linux's `perf`: `python -m benchmarks.hotspots`.

`perf` samples the function that a worker is in a few thousand times a second; here the functions are grouped by what
they do for a character. This is not part of the comparison, as other libraries do not expose their functions' names.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.contender_process import LENGTH, SEED, TOP_N
from benchmarks.docs_page import describe_machine, replace_section
from benchmarks.options import parse_count
from benchmarks.tables import format_table
from bot.generation.catalog import SHIPPED_MODELS, read_model
from bot.generation.decode import write
from bot.generation.engines.litert import LiteRTCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest

PARTS = (
    ("the products with the weights (recurrent and output)", r"gemm|gemv"),
    ("sorting the likeliest", r"TopK|topk|introsort|insertion_sort|adjust_heap"),
    ("gates, state, softmax; the vector to eight bits and back", r"^xnn_\w+_ukernel|quantization_params"),
    ("summing up, picking, noting down", r"reference_ops|optimized_ops|cumsum|Scan|ScatterNd|[Gg]ather|logical"),
    ("Python and NumPy, once a chunk", r"pybind|/(?:libpython|_multiarray|libscipy|_generator|_pcg64)[^/]*\)$"),
    ("LiteRT itself: calling its operations, handing tensors on", r"/(?:libpywrap_litert|libLiteRt|libc)[^/]*\)$"),
)
"""What functions do, each with a pattern of their names and their library's; the first pattern that matches counts."""
OTHER = "anything else"
HEADS = ("what for", "of the time", "µs a character")
SAMPLES_PER_SECOND = 2000
"""Samples a second."""


def classify(function: str) -> str:
    """Return what a function does for a character.

    Args:
        function: its name and its library's, as in `xnn_f32_vtanh_ukernel (/usr/lib/libLiteRt.so)`.
    """
    return next((part for part, pattern in PARTS if re.search(pattern, function)), OTHER)


def tabulate(functions: Iterable[str], microseconds: float) -> Iterator[list[str]]:
    """Yield a line of the table for each part.

    Args:
        functions: the function in each of `perf`'s samples.
        microseconds: the time of a character.
    """
    found = Counter(map(classify, functions))
    for part in (*(part for part, _ in PARTS), OTHER):
        share = found[part] / found.total()
        yield [part, f"{share:.0%}", f"{share * microseconds:.1f}"]


def profile(model: Model, seconds: int) -> tuple[list[str], float]:
    """Write for some seconds while `perf` samples; return the functions it found, and microseconds for a character."""
    copy = LiteRTCopy(model)
    characters, started = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "perf.data")
        options = ["-e", "cpu-clock", "-F", str(SAMPLES_PER_SECOND), "-p", str(os.getpid()), "-o", data]
        record = ["perf", "record", *options, "--", "sleep", str(seconds)]
        perf = subprocess.Popen(record, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed words
        while perf.poll() is None:
            for _ in write(copy, model.vocabulary, GenerationRequest(SEED, TOP_N, LENGTH, characters)):
                pass
            characters += len(SEED) - 1 + LENGTH
        passed = time.perf_counter() - started
        script = ["perf", "script", "-i", data, "-F", "ip,sym,dso"]
        listing = subprocess.run(script, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed words
    functions = [line.strip().partition(" ")[2] for line in listing.splitlines() if line.strip()]
    return functions, passed / characters * 1e6


def main() -> int:
    """Print how the default model spends its time when it writes one text at a time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hotspots", description=main.__doc__)
    parser.add_argument("--seconds", type=parse_count, default=20, metavar="N", help="how long to watch (default: 20)")
    parser.add_argument("--write-docs", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    if not shutil.which("perf"):
        print("perf is not installed: Debian's package linux-perf brings it", file=sys.stderr)
        return 2
    model = read_model([SHIPPED_MODELS], "")
    functions, microseconds = profile(model, options.seconds)
    table = "\n".join(format_table(HEADS, tabulate(functions, microseconds)))
    text = f"Measured {describe_machine()}\n\n{model.name}, one text at a time, {len(functions):,} samples:\n\n{table}"
    print(text)
    if options.write_docs:
        replace_section("hotspots of LiteRT", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
