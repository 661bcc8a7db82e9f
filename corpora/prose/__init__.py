"""Prepare the text `prose`."""
