"""What Discord users see: one cog a file, each loaded by name."""
