"""Let a person talk to the bot at a terminal."""
