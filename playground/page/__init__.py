"""Let a person talk to the bot on a page in the browser."""
