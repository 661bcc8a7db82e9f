"""Prepare the text `manuals`."""
