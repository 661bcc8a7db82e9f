"""Measures all ways on a model: each in a process of its own, in rounds, so that what disturbs meets all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.figures import WAITING, Comparison, Figures, Limit, Load, last_reply
from benchmarks.installed import installed_bytes
from benchmarks.limit import Kernel, LimitError, Product, recurrent_product
from benchmarks.serving import WORKERS
from benchmarks.way_process import Answer, Order
from benchmarks.ways import Way
from bot.generation.card import LSTM
from bot.generation.model import Model

STREAM_SECONDS = 0.7
"""About how long a stream is measured in a round."""

FULL_SECONDS = 15.0
"""Requests that would take longer than this are measured by fewer and shorter ones."""

SCALED_SECONDS = 1.5
"""About how long these take."""

BATCHES = (2, 4, 8, 16, 32, 64)
"""The batch sizes of which the best is looked for."""

ONE_THREAD = dict.fromkeys(
    (
        *(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL")),
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)
"""A worker is one thread: what would start more in it is told not to."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often to measure: streams and waiting requests, and the start of a process."""

    measured: int
    starts: int


class WayError(Exception):
    """A way's process ended; the message is what it said last."""


class WayProcess:
    """A way in its process, see `benchmarks.way_process`.

    Attributes:
        first: seconds from its start to the first reply.
        answer: what it said last.

    Raises:
        WayError: it does not start.
    """

    def __init__(self, way: Way, folder: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
        command = [sys.executable, "-m", "benchmarks.way_process", way.name, str(folder)]
        started = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - this very package
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env=os.environ | ONE_THREAD,
        )  # fmt: skip
        try:
            self.answer = self._read()
        except WayError:
            self.close()
            raise
        self.first = time.perf_counter() - started

    def serve(self, order: Order) -> float:
        """Seconds until the last reply.

        Raises:
            WayError: the process ended.
        """
        if self._process.stdin:
            with suppress(BrokenPipeError):  # then there is no answer either
                self._process.stdin.write(json.dumps(asdict(order)) + "\n")
                self._process.stdin.flush()
        self.answer = self._read()
        return max(self.answer.seconds)

    def _read(self) -> Answer:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if line:
            return Answer(**json.loads(line))
        self._process.wait()
        self._errors.seek(0)
        raise WayError((self._errors.read().strip().splitlines() or ["it ended without a word"])[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Have the process end, and wait for it."""
        with suppress(BrokenPipeError):  # what it was not there to read
            for stream in (self._process.stdin, self._process.stdout, self._errors):
                if stream:
                    stream.close()
        self._process.wait()


def compare(shape: str, title: str, model: Model, ways: Iterable[Way], rounds: Rounds, say: Say) -> Comparison:
    """Measure `ways` on `model`.

    Args:
        shape: the name of what is compared on.
        title: the same for people.
        model: it is copied to a folder where the ways can lay beside it what they need.
        ways: which.
        rounds: how often.
        say: is told what is being done.
    """
    comparison = Comparison(shape, title)
    with tempfile.TemporaryDirectory(prefix="charla-bench-") as temporary:
        folder = Path(temporary) / model.name
        model.write(folder)
        for way in ways:
            comparison.ways[way.name] = Figures(way, way.missing)
        _prepare(comparison, folder, say)
        limits = _limits(comparison, model, Path(temporary))
        with ExitStack() as processes:
            runners = _measure_starts(comparison, folder, rounds.starts, processes, say)
            for number in range(rounds.measured):
                _measure_round(limits, runners, f"{shape}: round {number + 1} of {rounds.measured}", say)
    return comparison


def _prepare(comparison: Comparison, folder: Path, say: Say) -> None:
    """Have made what the ways read beside the model, in processes of their own as well."""
    failures: dict[str, str] = {}
    for figures in _there(comparison):
        way = figures.way
        if way.prepare not in failures:
            say(f"{comparison.shape}: preparing {way.name}")
            failures[way.prepare] = _failure(["-m", "benchmarks.ways", way.name, str(folder)]) if way.prepare else ""
        figures.left_out = failures[way.prepare]
        figures.installed = installed_bytes(way.packages)


def _failure(arguments: list[str]) -> str:
    """Return what Python said last, run with these arguments, if it failed."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very package
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def _measure_starts(comparison: Comparison, folder: Path, starts: int, processes: ExitStack, say: Say) -> list[_Runner]:
    """Start every way's process so many times; the last ones stay, to be measured further."""
    runners = []
    for left in reversed(range(starts)):
        for figures in _there(comparison):
            if figures.way.batched and left:
                continue  # it starts as when it is not
            say(f"{comparison.shape}: start {starts - left} of {starts}, {figures.way.name}")
            try:
                process = _start(figures, folder)
            except WayError as error:
                figures.left_out = str(error)
                continue
            if left:
                process.close()
            else:
                runners.append(_Runner(figures, processes.enter_context(process)))
    return runners


def _start(figures: Figures, folder: Path) -> WayProcess:
    process = WayProcess(figures.way, folder)
    if not figures.way.batched:
        figures.first.values.append(process.first)
        figures.text = process.answer.text
        if process.answer.resident:
            figures.resident.values.append(process.answer.resident)
    return process


def _there(comparison: Comparison) -> Iterator[Figures]:
    return (figures for figures in comparison.ways.values() if not figures.left_out)


def _limits(comparison: Comparison, model: Model, folder: Path) -> list[tuple[Limit, Product]]:
    """Return the products to be measured; those that cannot be are noted in the comparison with the reason."""
    units = max((layer.units for layer in model.card.layers if isinstance(layer, LSTM)), default=0)
    products = []
    for precision in ("float32", "int8"):
        comparison.limits[precision] = limit = Limit()
        try:
            kernel = Kernel(folder)
            products.append((limit, recurrent_product(kernel, precision, units)))
            limit.how = kernel.int8_way if precision == "int8" else ""
        except LimitError as error:
            limit.left_out = str(error)
    return products


def _measure_round(limits: Sequence[tuple[Limit, Product]], runners: list[_Runner], name: str, say: Say) -> None:
    say(f"{name}, one stream")
    for limit, product in limits:
        limit.seconds.values.append(product.seconds())
    _each(runners, _Runner.measure_stream)
    for waiting in WAITING:
        say(f"{name}, {waiting} requests waiting")
        _each(runners, partial(_Runner.measure_load, waiting=waiting))


def _each(runners: list[_Runner], measure: Callable[[_Runner], None]) -> None:
    """Measure in turn; whoever fails is left out from then on."""
    for runner in list(runners):
        try:
            measure(runner)
        except WayError as error:
            runner.figures.left_out = str(error)
            runners.remove(runner)


class _Runner:
    """Gives a way's process orders that take about as long as they should, and notes what they took."""

    def __init__(self, figures: Figures, process: WayProcess) -> None:
        self.figures = figures
        self._process = process
        self._character = process.answer.seconds[0] / Order().characters
        """Seconds a character, as far as is known."""

    def measure_stream(self) -> None:
        if self.figures.way.batched:
            return
        order = Order(length=self._length_for(STREAM_SECONDS))
        self._character = self._process.serve(order) / order.characters
        self.figures.stream.values.append(self._character)

    def measure_load(self, waiting: int) -> None:
        load = self.figures.loads.get(waiting)
        if load is None:
            load = self.figures.loads[waiting] = self._plan(waiting)
        order = Order(WORKERS, self._length_for(SCALED_SECONDS)) if load.scaled else Order(waiting, batch=load.batch)
        load.last.values.append(last_reply(self._process.serve(order), order, waiting))

    def _plan(self, waiting: int) -> Load:
        """Choose the best batch size, or how slow ways are measured; every round then does the same."""
        if self.figures.way.batched:
            sizes = [size for size in BATCHES if size * WORKERS <= waiting]
            return Load(batch=min(sizes, key=lambda size: self._process.serve(Order(waiting, batch=size))))
        return Load(scaled=self._character * Order(waiting).characters > FULL_SECONDS)

    def _length_for(self, seconds: float) -> int:
        return min(max(int(seconds / self._character), 10), 20_000)
