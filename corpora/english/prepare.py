"""Prepare `english`: plain dictionaries, manuals of programs, novels, speeches, wit and scripture."""

from corpora.build import Recipe
from corpora.lexicon.prepare import RECIPE as LEXICON
from corpora.wit.prepare import RECIPE as WIT
from corpora.works.austen import AUSTEN
from corpora.works.king_james import KING_JAMES
from corpora.works.manuals import MANUALS
from corpora.works.moby_dick import MOBY_DICK
from corpora.works.speeches import SPEECHES
from corpora.works.webster import WEBSTER
from corpora.works.wordnet import WORDNET

RECIPE = Recipe(
    tuple(
        dict.fromkeys(
            (WORDNET, WEBSTER, *MANUALS, AUSTEN, MOBY_DICK, SPEECHES, *WIT.sources, *LEXICON.sources, KING_JAMES)
        )
    )
)
