"""Count and time what the bot does, for Prometheus; docs/monitoring.md says what each metric means.

What a part only has to be asked for (how many requests wait, whether the gateway is connected) is no concern of this
module: `bot.health.state` asks for it when the metrics are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from bot.generation.request import GenerationResult

Kind = Literal["command", "menu", "button", "form", "suggestions", "message", "unknown"]
"""What a person used: a command, one of a message's menu, a button, a form, suggestions while typing, or a message."""
Outcome = Literal["answered", "refused", "no_text", "failed", "discord", "late", "ignored"]
"""How it ended.

Those that are not as they say: `refused` (the person was told what is not allowed), `no_text` (the queue was full, it
took too long, or was cancelled), `failed` (by a fault of the bot), `discord` (Discord did not take the answer), `late`
(it could not be answered any more), `ignored` (a message that this server does not want answered).
"""
Verdict = Literal["shown", "sampled_again", "refused"]
"""What the word filter made of a text: `refused` is one that is not sampled again."""

_ACKNOWLEDGED = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds; Discord waits for three."""
_WAITED = (0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
_WRITTEN = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_HELD = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)


class Metrics:
    """What is counted of one bot, in a registry of its own; counting takes microseconds, and waits for nothing.

    Attributes:
        registry: all of it, for what shows it and for what adds some of its own.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._interactions = Counter(
            "charla_interactions_total",
            "Interactions and messages that were dealt with, by what a person used and how it ended",
            ("kind", "outcome"),
            registry=registry,
        )
        self._acknowledgement = Histogram(
            "charla_acknowledgement_seconds",
            "Time from an interaction's arrival until Discord has taken its first answer",
            ("kind",),
            buckets=_ACKNOWLEDGED,
            registry=registry,
        )
        self._queue_wait = Histogram(
            "charla_queue_wait_seconds",
            "Time that a text which was written had waited for a worker",
            buckets=_WAITED,
            registry=registry,
        )
        self._writing = Histogram(
            "charla_writing_seconds",
            "Time that a worker took to write what one request asked for",
            ("model",),
            buckets=_WRITTEN,
            registry=registry,
        )
        self._characters = Counter(
            "charla_characters_total", "Characters that were written", ("model",), registry=registry
        )
        self._texts = Counter(
            "charla_texts_total",
            "Texts by what the word filter made of them: shown, sampled_again or refused",
            ("verdict",),
            registry=registry,
        )
        # A series that begins with its first event does not show that event as an increase.
        for kind, outcome in product(get_args(Kind), get_args(Outcome)):
            self._interactions.labels(kind, outcome)
        for verdict in get_args(Verdict):
            self._texts.labels(verdict)
        self._reconnects = Counter(
            "charla_gateway_reconnects_total", "How often a shard's connection was made again", registry=registry
        )
        self._loop_lag = Histogram(
            "charla_event_loop_lag_seconds",
            "Time until the event loop got to a call, asked for four times a second",
            buckets=_HELD,
            registry=registry,
        )

    def count_interaction(self, kind: Kind, outcome: Outcome) -> None:
        """Count an interaction, or a message, that was dealt with."""
        self._interactions.labels(kind, outcome).inc()

    def note_acknowledgement(self, kind: Kind, seconds: float) -> None:
        """Note how long an interaction waited for its first answer."""
        self._acknowledgement.labels(kind).observe(seconds)

    def note_results(self, results: Iterable[GenerationResult]) -> None:
        """Note how long texts waited and were written, and count their characters."""
        for result in results:
            self._queue_wait.observe(result.queued_seconds)
            self._writing.labels(result.model).observe(result.generating_seconds)
            self._characters.labels(result.model).inc(sum(map(len, result.completions)))

    def count_texts(self, verdict: Verdict, number: int) -> None:
        """Count texts by what the word filter made of them."""
        self._texts.labels(verdict).inc(number)

    def count_reconnect(self) -> None:
        """Count that a shard's connection was made again."""
        self._reconnects.inc()

    def note_loop_lag(self, seconds: float) -> None:
        """Note how long the event loop took to get to a call."""
        self._loop_lag.observe(seconds)
