from __future__ import annotations

import math
from types import SimpleNamespace

from bot.chat.gateway import Gateway
from bot.metrics import Metrics
from tests.support.metrics import read_registry

RECONNECTS = "charla_gateway_reconnects_total"


def test_it_is_connected_once_all_shards_are_those_included_whose_turn_has_not_come() -> None:
    gateway = Gateway(Metrics())
    assert gateway.lost_seconds() is not None
    gateway.note_connected(0, range(2))
    assert gateway.lost_seconds() is not None
    assert gateway.shards == {0: True, 1: False}
    gateway.note_connected(1, range(2))
    assert gateway.lost_seconds() is None


def test_a_shard_that_comes_back_counts_as_a_reconnect_and_a_first_connection_does_not() -> None:
    gateway = Gateway(metrics := Metrics())
    for shard in range(2):
        gateway.note_connected(shard, range(2))
    assert read_registry(metrics.registry)[RECONNECTS] == 0
    gateway.note_lost(1)
    gateway.note_lost(1)  # said twice, as discord.py may
    assert gateway.shards == {0: True, 1: False}
    assert gateway.lost_seconds() is not None
    gateway.note_connected(1, range(2))
    assert gateway.lost_seconds() is None
    assert read_registry(metrics.registry)[RECONNECTS] == 1


def test_a_client_that_is_closed_has_lost_all_and_another_may_have_fewer_shards() -> None:
    gateway = Gateway(Metrics())
    for shard in range(2):
        gateway.note_connected(shard, range(2))
    gateway.note_closed()
    assert gateway.shards == {0: False, 1: False}
    gateway.note_connected(0, range(1))
    assert gateway.shards == {0: True}
    assert gateway.lost_seconds() is None


def test_only_a_heartbeat_that_was_answered_has_a_latency() -> None:
    gateway = Gateway(Metrics())
    assert gateway.latencies == {}
    gateway.use(SimpleNamespace(latencies=[(0, 0.25), (1, math.nan), (2, math.inf), (3, 0.5)]))
    for shard in range(3):
        gateway.note_connected(shard, range(4))
    assert gateway.latencies == {0: 0.25}
