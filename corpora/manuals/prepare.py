"""Prepare `manuals`: the manuals of programs."""

from corpora.build import Recipe
from corpora.works.manuals import MANUALS

RECIPE = Recipe(MANUALS)
