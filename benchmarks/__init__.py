"""Charla beside what people would pick instead, and beside the machine's limit. docs/benchmarks.md explains it all."""
