"""Prepare the text `english`."""
