"""What Discord users see: one cog a module; the bot loads every module of this package."""
