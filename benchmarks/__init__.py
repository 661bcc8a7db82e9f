"""Measure Charla beside what people would pick instead, and beside the machine's limit; see docs/benchmarks.md."""
