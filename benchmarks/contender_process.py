"""Run one contender in a process of its own: `python -m benchmarks.contender_process NAME MODEL_FOLDER`.

It starts the contender's workers and serves one request. Then it serves each `Workload` that comes as a line of JSON on
standard input. For each it writes a `Measurement` as a line of JSON to standard output.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.contenders import find_contender
from bot.generation.request import GenerationRequest

SEED = "The meaning of life is "
TOP_N = 5
LENGTH = 280


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests that are made at once.

    Attributes:
        requests: how many.
        length: how many characters each asks for.
        batch: how many a worker takes at a time.
    """

    requests: int = 1
    length: int = LENGTH
    batch: int = 1

    @property
    def characters(self) -> int:
        """How many characters the network reads: the seed of each text, and all that is written but the last."""
        return self.requests * (self.length + len(SEED) - 1)

    def make_requests(self) -> list[GenerationRequest]:
        """Make the requests, alike but for their random seeds."""
        return [GenerationRequest(SEED, TOP_N, self.length, random_seed) for random_seed in range(self.requests)]


@dataclass(frozen=True, slots=True)
class Measurement:
    """How a workload was served.

    Attributes:
        seconds: from the submission of all requests to each reply.
        text: the first reply's text.
        resident: memory that the process holds, in bytes; 0 if unknown.
    """

    seconds: list[float]
    text: str
    resident: int


def main() -> None:
    """Start the contender, serve a single request, then the workloads on standard input."""
    measurements = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # keeps what libraries print out of the measurements
    service = find_contender(sys.argv[1]).start(Path(sys.argv[2]))
    workload = Workload()
    while True:
        replies = service.serve(workload.make_requests(), workload.batch)
        measurement = Measurement([reply.seconds for reply in replies], replies[0].text, read_resident_bytes())
        print(json.dumps(asdict(measurement)), file=measurements, flush=True)
        line = sys.stdin.readline()
        if not line:
            service.stop()
            return
        workload = Workload(**json.loads(line))


def read_resident_bytes(status: Path = Path("/proc/self/status")) -> int:
    """Return the memory that a process holds, by its status file; 0 if the system has no such file."""
    try:
        lines = status.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
