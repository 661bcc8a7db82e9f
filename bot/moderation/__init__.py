"""Decide what may be said: word lists, disguised spellings, links."""
