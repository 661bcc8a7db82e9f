"""Corpora, and fitting a model to one."""

import os

# Training does gain by oneDNN's kernels (a third), unlike serving: this goes before the engines' own choice.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

import bot.generation.engines  # noqa: F401 - chooses Keras's backend, before Keras is imported
