"""Decide what the bot may say: word lists, disguised spellings, links."""
