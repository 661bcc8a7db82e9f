"""What the cogs share on the Discord side."""
