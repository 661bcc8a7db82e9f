"""Answer people on Discord: what the cogs share."""
