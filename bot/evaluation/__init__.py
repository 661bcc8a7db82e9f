"""Measure how well a model writes: by text it never saw, by words, by frequencies, and against simpler predictors."""
