"""Prepare `english`, which all voices go on from: chat, the texts of games, and all that the other texts hold."""

from corpora.build import Recipe
from corpora.works.austen import AUSTEN
from corpora.works.cataclysm import CATACLYSM
from corpora.works.chit_chat import CHIT_CHAT
from corpora.works.devils_dictionary import DEVIL
from corpora.works.dink import DINK
from corpora.works.factbook import FACTBOOKS
from corpora.works.facts import FACTS
from corpora.works.freeorion import FREEORION
from corpora.works.jargon_file import JARGON, JARGON_CHAPTERS
from corpora.works.king_james import KING_JAMES
from corpora.works.manuals import GUIDES, MANUALS
from corpora.works.moby_dick import MOBY_DICK
from corpora.works.sayings import DEFINITIONS, EPIGRAMS, EXCUSES, FORTUNES
from corpora.works.speeches import SPEECHES
from corpora.works.webster import WEBSTER
from corpora.works.wordnet import WORDNET

GAMES = (CATACLYSM, FREEORION, DINK)
WIT = (JARGON, JARGON_CHAPTERS, DEVIL, DEFINITIONS, FORTUNES, EXCUSES, EPIGRAMS)
PROSE = (AUSTEN, MOBY_DICK, SPEECHES, KING_JAMES)
REFERENCE = (WORDNET, WEBSTER, FACTS, *FACTBOOKS, *GUIDES, *MANUALS)

RECIPE = Recipe((CHIT_CHAT, *GAMES, *WIT, *PROSE, *REFERENCE), varied=True)
