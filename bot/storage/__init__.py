"""Store servers' own settings, the only thing that the bot keeps."""
