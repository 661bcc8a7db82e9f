"""Run a Discord on this machine only, for trying the bot without an account and for its tests."""
