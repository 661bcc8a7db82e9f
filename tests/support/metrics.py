"""Read metrics as Prometheus does."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

Samples = dict[str, float]
"""Values by names with their labels: `charla_interactions_total{kind=button,outcome=refused}`."""


def read_samples(text: str) -> Samples:
    samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            samples[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return samples


def read_registry(registry: CollectorRegistry) -> Samples:
    return read_samples(generate_latest(registry).decode())
