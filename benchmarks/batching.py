"""Try what a worker would gain by writing waiting requests as one batch: `python -m benchmarks.batching ENGINE`.

Charla does not; docs/benchmarks.md says why, with the figures that come from here. Each batch size is a network of
its own, compiled for so many rows: what is not a request is a row of nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

from benchmarks.figures import Spread
from benchmarks.options import count
from benchmarks.page import circumstances, put
from benchmarks.serving import WritersService
from benchmarks.tables import figure, markdown_table
from benchmarks.way_process import LENGTH, Order
from bot.export import litert
from bot.generation.catalog import SHIPPED_MODELS, read_model
from bot.generation.decode import uniform_stream
from bot.generation.engines.protocol import CHUNK, FREE, StatefulCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import Vocabulary

SIZES = (1, 2, 4, 8, 16, 32)
WAITING = 64
COMPARED = 128
"""How many texts are compared with those of one row."""

ENGINES = {
    "tensorflow": "bot.generation.engines.tensorflow:TensorFlowCopy",
    "litert": "bot.generation.engines.litert:LiteRTCopy",
}


class BatchWriter:
    """Writes requests as the rows of one copy, which is compiled for `rows` and no fewer."""

    def __init__(self, copy: StatefulCopy, vocabulary: Vocabulary, rows: int) -> None:
        self._copy, self._vocabulary, self._rows = copy, vocabulary, rows

    def write(self, requests: Sequence[GenerationRequest]) -> list[str]:
        """See `benchmarks.writers.Writer.write`."""
        request = requests[0]
        seed = self._vocabulary.encode(request.seed)
        end = len(seed) - 1 + request.length
        forced = np.full((self._rows, end), FREE, np.int32)
        forced[:, : len(seed)] = seed
        uniforms = np.zeros((self._rows, end))
        for row, each in enumerate(requests):
            uniforms[row, len(seed) - 1 : end] = uniform_stream(each.random_seed, 0).random(each.length)
        self._copy.reset(self._rows)
        chunks = [slice(start, start + CHUNK) for start in range(0, end, CHUNK)]
        sampled = [
            self._copy.advance(forced[:, chunk], uniforms[:, chunk], request.top_n, request.temperature)
            for chunk in chunks
        ]
        written = np.concatenate(sampled, axis=1)[: len(requests), len(seed) - 1 : end]
        return [self._vocabulary.decode(row) for row in written]


@dataclass(slots=True)
class Size:
    """What a batch size came to.

    Attributes:
        rows: the size.
        service: two workers that write so many at a time.
        making: seconds to make and compile both copies.
        lone: seconds for a request while no other waits.
        last: seconds until the last of the waiting requests has its reply.
        middle: seconds until half of them have theirs.
        differing: how many of the compared texts are not those of one row.
    """

    rows: int
    service: WritersService
    making: float
    lone: Spread = field(default_factory=Spread)
    last: Spread = field(default_factory=Spread)
    middle: Spread = field(default_factory=Spread)
    differing: int = 0

    def measure(self) -> None:
        """Measure once more."""
        self.lone.values.append(self.service.serve(Order().made())[0].seconds)
        seconds = [reply.seconds for reply in self.service.serve(Order(WAITING).made(), self.rows)]
        self.last.values.append(max(seconds))
        self.middle.values.append(statistics.median(seconds))

    def texts(self) -> list[str]:
        """Return the texts of the compared requests."""
        return [reply.text for reply in self.service.serve(Order(COMPARED).made(), self.rows)]


def make_size(engine: str, model: Model, rows: int) -> Size:
    """Return an engine at a row count that is not one of its own."""
    name, _, maker = ENGINES[engine].partition(":")
    module = import_module(name)
    for each in (module, litert):
        vars(each)["ROW_COUNTS"] = (rows,)  # a prototype may
    if engine == "litert":
        model = litert.converted(model)
    started = time.perf_counter()
    service = WritersService(lambda: BatchWriter(getattr(module, maker)(model), model.vocabulary, rows))
    return Size(rows, service, time.perf_counter() - started)


def measure(engine: str, model: Model, rounds: int) -> list[Size]:
    """Measure every batch size, in rounds."""
    sizes = [make_size(engine, model, rows) for rows in SIZES]
    for _ in range(rounds):
        for size in sizes:
            size.measure()
    alone = sizes[0].texts()
    for size in sizes:
        size.differing = sum(a != b for a, b in zip(alone, size.texts(), strict=True))
        size.service.stop()
    return sizes


def lines(sizes: Sequence[Size]) -> Iterator[list[str]]:
    """Yield a line of the table for each size."""
    for size in sizes:
        rates = Spread([WAITING * LENGTH / seconds for seconds in size.last.values])
        yield [
            str(size.rows),
            figure(rates, 1),
            figure(size.middle, 1, 2),
            figure(size.last, 1, 2),
            figure(size.lone, 1e3, 1),
            f"{size.differing} of {COMPARED}",
            f"{size.making:.1f}",
        ]


HEADS = (
    "rows", "characters/s", "half have theirs (s)", "last reply (s)", "a lone request (ms)", "other texts",
    "made in (s)",
)  # fmt: skip


def main() -> int:
    """Measure engines and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batching", description=main.__doc__)
    parser.add_argument("engines", nargs="+", choices=tuple(ENGINES), metavar="ENGINE", help=", ".join(ENGINES))
    parser.add_argument("--rounds", type=count, default=5, metavar="N", help="rounds of measuring (default: 5)")
    parser.add_argument("--write-docs", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    model = read_model([SHIPPED_MODELS], "")
    parts = [f"Measured {circumstances()}"]
    for engine in options.engines:
        parts.append(
            f"{engine}, model {model.name}, {WAITING} requests waiting, {LENGTH} characters each, two workers:"
        )
        parts.append("\n".join(markdown_table(HEADS, lines(measure(engine, model, options.rounds)))))
    print("\n\n".join(parts))
    if options.write_docs:
        put("figures of batching", "\n\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
