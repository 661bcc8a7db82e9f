"""Prepare the text `lexicon`."""
