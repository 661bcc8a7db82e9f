"""Prepare `wit`: hackers' talk and witty sayings, without what `lexicon` has, so that its base knows none of it."""

from corpora.build import Recipe
from corpora.lexicon.prepare import RECIPE as LEXICON
from corpora.works.devils_dictionary import DEVIL
from corpora.works.jargon_file import JARGON, JARGON_CHAPTERS
from corpora.works.sayings import DEFINITIONS, FORTUNES

RECIPE = Recipe((JARGON, JARGON_CHAPTERS, DEVIL, DEFINITIONS, FORTUNES), apart_from=LEXICON)
