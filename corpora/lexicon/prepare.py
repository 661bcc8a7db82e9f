"""Prepare `lexicon`: a witty dictionary, of the Jargon File, the Devil's Dictionary, fortunes, excuses and epigrams."""

from corpora.build import Recipe
from corpora.works.devils_dictionary import DEVIL
from corpora.works.jargon_file import JARGON
from corpora.works.sayings import DEFINITIONS, EPIGRAMS, EXCUSES

RECIPE = Recipe(
    (JARGON, DEVIL, DEFINITIONS, EXCUSES, EPIGRAMS),
    longest=300,  # no longer than most replies: the model learns to come to an end in time
)
