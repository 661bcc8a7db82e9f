"""Prepare `dictionaries`: the plain dictionaries, in the witty ones' form."""

from corpora.build import Recipe
from corpora.works.webster import WEBSTER
from corpora.works.wordnet import WORDNET

RECIPE = Recipe((WORDNET, WEBSTER))
