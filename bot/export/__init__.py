"""Models as files for other programs, and for the browser."""

import bot.generation.engines  # noqa: F401 - chooses Keras's backend, before Keras is imported
