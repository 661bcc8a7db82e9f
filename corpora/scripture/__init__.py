"""Prepare the text `scripture`."""
