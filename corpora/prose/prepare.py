"""Prepare `prose`: novels and speeches, a paragraph a line."""

from corpora.build import Recipe
from corpora.works.austen import AUSTEN
from corpora.works.moby_dick import MOBY_DICK
from corpora.works.speeches import SPEECHES

RECIPE = Recipe((AUSTEN, MOBY_DICK, SPEECHES))
