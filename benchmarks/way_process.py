"""Run one way of writing in a process of its own: `python -m benchmarks.way_process NAME MODEL_FOLDER`.

It starts the way's workers, writes one text, and says so. Then, for each line on standard input, it serves as many
requests as that says and answers with the seconds that each reply took.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.ways import find_way
from bot.generation.request import GenerationRequest

SEED = "The meaning of life is "
TOP_N = 5
LENGTH = 280


@dataclass(frozen=True, slots=True)
class Order:
    """What to serve: this many requests at once, each for this many characters, a batch at a time."""

    requests: int = 1
    length: int = LENGTH
    batch: int = 1

    @property
    def characters(self) -> int:
        """How many characters the network reads for it: each text's seed, and all it writes but the last."""
        return self.requests * (self.length + len(SEED) - 1)

    def made(self) -> list[GenerationRequest]:
        """Return the requests."""
        return [GenerationRequest(SEED, TOP_N, self.length, random_seed) for random_seed in range(self.requests)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an order.

    Attributes:
        seconds: from when the requests were handed in to when a reply was there, for each.
        text: the first reply's.
        resident: memory that the process holds now, in bytes; 0 where the system does not tell.
    """

    seconds: list[float]
    text: str
    resident: int


def main() -> None:
    """Start, answer the first order, which is a single request, then those on standard input."""
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints stays out of the answers
    service = find_way(sys.argv[1]).start(Path(sys.argv[2]))
    order = Order()
    while True:
        replies = service.serve(order.made(), order.batch)
        answer = Answer([reply.seconds for reply in replies], replies[0].text, resident_bytes())
        print(json.dumps(asdict(answer)), file=say, flush=True)
        line = sys.stdin.readline()
        if not line:
            service.stop()
            return
        order = Order(**json.loads(line))


def resident_bytes(status: Path = Path("/proc/self/status")) -> int:
    """Return the memory of this process that is in use right now; 0 where the system does not tell in this way."""
    try:
        lines = status.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


if __name__ == "__main__":
    main()
