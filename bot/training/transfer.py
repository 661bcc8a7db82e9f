"""Carry a trained model's weights over into a network with more characters, to train on from there."""

from __future__ import annotations

import numpy as np

from bot.generation.model import Model, Weights
from bot.generation.vocabulary import Vocabulary


def extend_weights(base: Model, vocabulary: Vocabulary) -> Weights:
    """Return the weights of `base` for a vocabulary that begins with its own.

    The model's characters keep their weights. A new one is read as the unknown character was, and is as unlikely as
    the least likely of the old ones, so that it disturbs nothing until it is learned.

    Raises:
        ValueError: the vocabulary does not begin with the base's characters.
    """
    if not vocabulary.characters.startswith(base.card.characters):
        raise ValueError("the vocabulary does not begin with the characters of the model to go on from")
    new = len(vocabulary) - len(base.vocabulary)
    weights = dict(base.weights)
    embeddings = weights["layers.0.embeddings"]
    weights["layers.0.embeddings"] = np.concatenate([embeddings, np.repeat(embeddings[:1], new, axis=0)])
    kernel, bias = weights["output.kernel"], weights["output.bias"]
    weights["output.kernel"] = np.concatenate([kernel, np.zeros((len(kernel), new), np.float32)], axis=1)
    weights["output.bias"] = np.concatenate([bias, np.full(new, bias.min(), np.float32)])
    return weights
