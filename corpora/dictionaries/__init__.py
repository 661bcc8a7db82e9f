"""Prepare the text `dictionaries`."""
