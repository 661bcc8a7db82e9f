"""Prepare the text `wit`."""
