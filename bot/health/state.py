"""Look at the parts of a bot that runs: what is wrong with them, and since when, and what they are doing now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.chat.gateway import Gateway
from bot.generation.scheduler import WorkerPool
from bot.storage.settings_store import SettingsStore

LATE_SECONDS = 5.0
"""How long after its deadline a worker may still write: it looks at the time between two chunks alone."""


@dataclass(frozen=True)
class Problem:
    """Why the bot is not well.

    Attributes:
        what: the part, and what is wrong with it.
        seconds: for how long.
    """

    what: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.what}, for {self.seconds:.1f} s"


class State(Collector):
    """The state of a bot's parts, as problems and as metrics. It is looked at in the event loop.

    Args:
        pool: writes.
        gateway: knows of the connection.
        store: keeps servers' own settings.
        late_seconds: how long after its deadline a worker may still write.
    """

    def __init__(
        self, pool: WorkerPool, gateway: Gateway, store: SettingsStore, *, late_seconds: float = LATE_SECONDS
    ) -> None:
        self._pool = pool
        self._workers = pool.watch
        self._gateway = gateway
        self._store = store
        self._late_seconds = late_seconds

    def find_faults(self) -> list[Problem]:
        """Return what only a new start of the process would mend."""
        hung = self._hung_workers()
        return [Problem(f"{len(hung)} of {self._pool.workers} workers do not answer", max(hung))] if hung else []

    def find_obstacles(self) -> list[Problem]:
        """Return what keeps the bot from answering people now."""
        problems = []
        if (lost := self._gateway.lost_seconds()) is not None:
            problems.append(Problem("not connected to Discord's gateway", lost))
        if (missing := self._workers.missing_seconds()) is not None:
            problems.append(Problem("no worker has the default model", missing))
        if (stopping := self._workers.stopping_seconds()) is not None:
            problems.append(Problem("it is leaving", stopping))
        return problems

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of what holds now; Prometheus's client calls this when metrics are read."""
        waiting, writing = self._pool.load
        build = GaugeMetricFamily("charla_build_info", "1, with Charla's version", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield _gauge("charla_ready", "Whether the bot can answer people (1) or not (0)", not self.find_obstacles())
        yield _gauge("charla_queue_requests", "Requests that wait for a worker", waiting)
        yield _gauge("charla_writing_requests", "Requests that are being written", writing)
        yield _gauge("charla_workers", "Threads that write", self._pool.workers)
        yield _gauge("charla_workers_hung", "Workers that are past a request's deadline", len(self._hung_workers()))
        yield CounterMetricFamily(
            "charla_workers_replaced_total", "Workers' copies of a model that failed", self._workers.replaced
        )
        yield _gauge("charla_database_up", "Whether the database answers (1) or not (0)", not self._store.is_away)
        yield from self._collect_gateway()

    def _collect_gateway(self) -> Iterator[Metric]:
        connected = GaugeMetricFamily(
            "charla_gateway_connected", "Whether a shard is connected to Discord (1) or not (0)", labels=["shard"]
        )
        for shard, is_connected in self._gateway.shards.items():
            connected.add_metric([str(shard)], is_connected)
        latency = GaugeMetricFamily(
            "charla_gateway_latency_seconds",
            "Time in which Discord answered its last heartbeat",
            labels=["shard"],
        )
        for shard, seconds in self._gateway.latencies.items():
            latency.add_metric([str(shard)], seconds)
        yield connected
        yield latency

    def _hung_workers(self) -> list[float]:
        return [seconds for seconds in self._workers.overdue_seconds() if seconds > self._late_seconds]


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value)
