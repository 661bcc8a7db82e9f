"""Models as files for other programs."""

import bot.generation.engines  # noqa: F401 - chooses Keras's backend, before Keras is imported
