"""Prepare `scripture`: the King James Bible, a verse a line."""

from corpora.build import Recipe
from corpora.works.king_james import KING_JAMES

RECIPE = Recipe((KING_JAMES,))
