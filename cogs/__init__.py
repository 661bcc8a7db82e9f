"""Define what Discord users see: one cog a module, which the bot loads by its name in `COGS`."""

COGS = ("generate", "compare", "continue_this", "about", "settings", "buttons", "mentions")
"""The modules, in the order in which their commands are registered and shown."""
