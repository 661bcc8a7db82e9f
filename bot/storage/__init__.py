"""Servers' own settings: the only thing that is kept."""
