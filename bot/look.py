"""Where the look of every page of Charla's is kept."""

from pathlib import Path

LOOK = Path(__file__).with_name("look.css")
"""Colours, type, spacing, and what all pages have in common: a style sheet."""
