"""Prepare `english`: plain dictionaries, manuals of programs and novels."""

from corpora.build import Recipe
from corpora.works.austen import AUSTEN
from corpora.works.manuals import MANUALS
from corpora.works.moby_dick import MOBY_DICK
from corpora.works.webster import WEBSTER
from corpora.works.wordnet import WORDNET

RECIPE = Recipe((WORDNET, WEBSTER, *MANUALS, AUSTEN, MOBY_DICK))
