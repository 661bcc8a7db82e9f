"""Say whether the bot is well, and how it does: the endpoint, what it looks at, and the watch on the event loop."""
