"""Text in, text out: knows nothing of Discord, of settings or of the web."""
