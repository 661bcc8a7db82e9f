"""Write text with models: knows nothing of Discord, of settings or of the web."""
