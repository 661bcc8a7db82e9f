"""Charla: a self-hosted Discord bot that writes on from your words, one character at a time."""

__version__ = "0.2.0"  # the one place: pyproject.toml reads it from here
