"""Corpora, and fitting a model to one."""
