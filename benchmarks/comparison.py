"""Measure all contenders on a model, each in a process of its own, in rounds, so that other work slows all alike."""

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

from benchmarks.contender_process import Measurement, Workload
from benchmarks.contenders import Contender
from benchmarks.figures import WAITING, Comparison, Figures, Limit, Load, scale_seconds
from benchmarks.installed import installed_bytes
from benchmarks.limit import Kernel, LimitError, Product, recurrent_product
from benchmarks.serving import WORKERS
from bot.generation.card import LSTM
from bot.generation.model import Model

STREAM_SECONDS = 0.7
"""About how long a stream is measured in a round."""

FULL_SECONDS = 15.0
"""If all requests would take longer, fewer and shorter ones are measured."""

SCALED_SECONDS = 1.5
"""About how long the fewer and shorter ones take."""

BATCHES = (2, 4, 8, 16, 32, 64)
"""The batch sizes among which the best is searched."""

ONE_THREAD = dict.fromkeys(
    (
        *(f"{name}_NUM_THREADS" for name in ("OMP", "OPENBLAS", "MKL")),
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)
"""Environment variables that keep libraries from starting threads within a worker's."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rounds:
    """How many times streams and waiting requests are measured, and how many times a process is started."""

    measured: int
    starts: int


class ContenderError(Exception):
    """A contender's process ended; the message is the last line that it wrote."""


class ContenderProcess:
    """A contender in its process, see `benchmarks.contender_process`.

    Attributes:
        first: seconds from its start to the first reply.
        measurement: the last one that it sent.

    Raises:
        ContenderError: it does not start.
    """

    def __init__(self, contender: Contender, folder: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed below
        command = [sys.executable, "-m", "benchmarks.contender_process", contender.name, str(folder)]
        started = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603 - this very package
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env=os.environ | ONE_THREAD,
        )  # fmt: skip
        try:
            self.measurement = self._read()
        except ContenderError:
            self.close()
            raise
        self.first = time.perf_counter() - started

    def serve(self, workload: Workload) -> float:
        """Serve a workload; return the seconds until the last reply.

        Raises:
            ContenderError: the process ended.
        """
        if self._process.stdin:
            with suppress(BrokenPipeError):  # then there is no measurement either
                self._process.stdin.write(json.dumps(asdict(workload)) + "\n")
                self._process.stdin.flush()
        self.measurement = self._read()
        return max(self.measurement.seconds)

    def _read(self) -> Measurement:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if line:
            return Measurement(**json.loads(line))
        self._process.wait()
        self._errors.seek(0)
        raise ContenderError((self._errors.read().strip().splitlines() or ["it ended without a message"])[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and wait for it."""
        with suppress(BrokenPipeError):  # it may not have read all
            for stream in (self._process.stdin, self._process.stdout, self._errors):
                if stream:
                    stream.close()
        self._process.wait()


def compare(
    shape: str, title: str, model: Model, contenders: Iterable[Contender], rounds: Rounds, say: Say
) -> Comparison:
    """Measure `contenders` on `model`.

    Args:
        shape: the name of the model's shape.
        title: the same for people.
        model: the model that writes; it is copied to a folder, where the contenders can put what they need beside it.
        contenders: the contenders.
        rounds: how many times to measure.
        say: is called with what is being done.
    """
    comparison = Comparison(shape, title)
    with tempfile.TemporaryDirectory(prefix="charla-bench-") as temporary:
        folder = Path(temporary) / model.name
        model.write(folder)
        for contender in contenders:
            comparison.contenders[contender.name] = Figures(contender, contender.missing)
        _prepare(comparison, folder, say)
        limits = _lay_out_limits(comparison, model, Path(temporary))
        with ExitStack() as processes:
            runners = _measure_starts(comparison, folder, rounds.starts, processes, say)
            for number in range(rounds.measured):
                _measure_round(limits, runners, f"{shape}: round {number + 1} of {rounds.measured}", say)
    return comparison


def _prepare(comparison: Comparison, folder: Path, say: Say) -> None:
    """Make the files that contenders read beside the model, in processes of their own as well."""
    failures: dict[str, str] = {}
    for figures in _select_measured(comparison):
        contender = figures.contender
        if contender.prepare not in failures:
            say(f"{comparison.shape}: preparing {contender.name}")
            arguments = ["-m", "benchmarks.contenders", contender.name, str(folder)]
            failures[contender.prepare] = _run_python(arguments) if contender.prepare else ""
        figures.left_out = failures[contender.prepare]
        figures.installed = installed_bytes(contender.packages)


def _run_python(arguments: list[str]) -> str:
    """Run Python with these arguments; return its last message if it failed, else an empty string."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this very package
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def _measure_starts(comparison: Comparison, folder: Path, starts: int, processes: ExitStack, say: Say) -> list[_Runner]:
    """Start every contender's process `starts` times; keep the last ones running, to be measured further."""
    runners = []
    for left in reversed(range(starts)):
        for figures in _select_measured(comparison):
            if figures.contender.batched and left:
                continue  # it starts like the same contender without batches
            say(f"{comparison.shape}: start {starts - left} of {starts}, {figures.contender.name}")
            try:
                process = _start_process(figures, folder)
            except ContenderError as error:
                figures.left_out = str(error)
                continue
            if left:
                process.close()
            else:
                runners.append(_Runner(figures, processes.enter_context(process)))
    return runners


def _start_process(figures: Figures, folder: Path) -> ContenderProcess:
    process = ContenderProcess(figures.contender, folder)
    if not figures.contender.batched:
        figures.first.values.append(process.first)
        figures.text = process.measurement.text
        if process.measurement.resident:
            figures.resident.values.append(process.measurement.resident)
    return process


def _select_measured(comparison: Comparison) -> Iterator[Figures]:
    return (figures for figures in comparison.contenders.values() if not figures.left_out)


def _lay_out_limits(comparison: Comparison, model: Model, folder: Path) -> list[tuple[Limit, Product]]:
    """Return the products to be measured; note in the comparison why one cannot be."""
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
    _measure_each(runners, _Runner.measure_stream)
    for waiting in WAITING:
        say(f"{name}, {waiting} requests waiting")
        _measure_each(runners, partial(_Runner.measure_load, waiting=waiting))


def _measure_each(runners: list[_Runner], measure: Callable[[_Runner], None]) -> None:
    """Measure in turn; a contender that fails is left out from then on."""
    for runner in list(runners):
        try:
            measure(runner)
        except ContenderError as error:
            runner.figures.left_out = str(error)
            runners.remove(runner)


class _Runner:
    """Gives a contender's process workloads of about the intended duration, and notes how long they took."""

    def __init__(self, figures: Figures, process: ContenderProcess) -> None:
        self.figures = figures
        self._process = process
        self._character = process.measurement.seconds[0] / Workload().characters
        """Seconds a character, by the latest measurement."""

    def measure_stream(self) -> None:
        if self.figures.contender.batched:
            return
        workload = Workload(length=self._length_for(STREAM_SECONDS))
        self._character = self._process.serve(workload) / workload.characters
        self.figures.stream.values.append(self._character)

    def measure_load(self, waiting: int) -> None:
        load = self.figures.loads.get(waiting)
        if load is None:
            load = self.figures.loads[waiting] = self._plan(waiting)
        few = Workload(WORKERS, self._length_for(SCALED_SECONDS))
        workload = few if load.scaled else Workload(waiting, batch=load.batch)
        load.last.values.append(scale_seconds(self._process.serve(workload), workload, waiting))

    def _plan(self, waiting: int) -> Load:
        """Choose the best batch size, or whether to measure fewer requests; every round then does the same."""
        if self.figures.contender.batched:
            sizes = [size for size in BATCHES if size * WORKERS <= waiting]
            return Load(batch=min(sizes, key=lambda size: self._process.serve(Workload(waiting, batch=size))))
        return Load(scaled=self._character * Workload(waiting).characters > FULL_SECONDS)

    def _length_for(self, seconds: float) -> int:
        return min(max(int(seconds / self._character), 10), 20_000)
