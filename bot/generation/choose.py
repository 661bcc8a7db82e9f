"""Choose among drafts: texts that were written side by side for one reply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.generation.learned_text import LearnedText, split_words
from bot.generation.phrases import Phrases
from bot.generation.request import GenerationRequest
from bot.limits import MAX_COUNT

FEWEST_WORDS = 3
"""A reply of fewer says nothing."""
MOST_NEW = 4
"""Phrases that the learned text does not have, up to which a draft is good enough; two touch a seed that it lacks."""
FEW_NEW = 1
"""Up to so many, one draft is as good as another: those that have none at all are the text's commonest sentences."""
RECITED_FAULTS = 100
"""A recited draft is worse than any other."""

_FINISHED = re.compile(r"[.!?…][\"')\]’”]*\s*\Z")


def widen(request: GenerationRequest) -> GenerationRequest:
    """Return the request for all drafts of another: as many completions as are written side by side."""
    return replace(request, count=max(request.drafts, request.count), drafts=1)


@dataclass(frozen=True)
class Draft:
    """A draft that was judged.

    Attributes:
        text: what was written.
        faults: how much is wrong with it, 0 where it passes.
        new_phrases: how many of its runs of three words the learned text does not have.
    """

    text: str
    faults: int
    new_phrases: int = 0

    @property
    def is_good(self) -> bool:
        """Whether none better need be written."""
        return not self.faults and self.new_phrases <= MOST_NEW


def judge(texts: Iterable[str], request: GenerationRequest, learned: LearnedText | None) -> list[Draft]:
    """Judge what was written; where one draft alone is written it is not looked at, and passes.

    Args:
        texts: what was written, in the order of the rows.
        request: what was asked for.
        learned: what is remembered of the model's text, if anything.
    """
    if request.drafts == 1:
        return [Draft(text, 0) for text in texts]
    phrases = learned.phrases if learned else Phrases.none()
    return [
        Draft(text, count_faults(text, request, learned), phrases.count_new(text, after=request.seed)) for text in texts
    ]


def choose(drafts: Sequence[Draft], request: GenerationRequest) -> tuple[str, ...]:
    """Return as many different drafts as were asked for: those with the fewest faults, and of equal ones the first.

    Of drafts with as few faults, one whose words go together as in the learned text goes before one that strays; and of
    two that are as good in that, one that is shorter than most of the drafts goes last: it says less.

    Args:
        drafts: all that was written; at least as many as were asked for.
        request: what was asked for.
    """
    if request.drafts == 1:
        return tuple(draft.text for draft in drafts)
    seen: set[str] = set()
    faults = []
    for draft in drafts:
        faults.append(draft.faults + (RECITED_FAULTS if draft.text in seen else 0))
        seen.add(draft.text)
    words = [len(split_words([draft.text])) for draft in drafts]
    usual = sorted(words)[len(words) // 2]
    # A stable sort: of equal drafts the first wins.
    new = [max(draft.new_phrases, FEW_NEW) for draft in drafts]
    ranks = list(zip(faults, new, (count < usual for count in words), strict=True))
    best = sorted(range(len(drafts)), key=lambda index: ranks[index])[: request.count]
    return tuple(drafts[index].text for index in sorted(best))


def needs_more(drafts: Sequence[Draft], request: GenerationRequest) -> bool:
    """Return whether too few of the drafts are good, and other ones may be better."""
    good = {draft.text for draft in drafts if draft.is_good}
    return request.drafts > 1 and len(good) < request.count and len(drafts) < 2 * MAX_COUNT


def count_faults(draft: str, request: GenerationRequest, learned: LearnedText | None) -> int:
    """Return how much is wrong with a draft; 0 where it passes.

    It should end with its sentence, be made of words that there are, say nothing twice, and not be recited.
    """
    words = split_words([draft])
    trigrams = list(zip(words, words[1:], words[2:], strict=False))
    faults = len(trigrams) - len(set(trigrams))
    if len(words) < FEWEST_WORDS:
        faults += FEWEST_WORDS
    # A text that may go on past its first line is cut where it reads best: only an item should be whole.
    if request.first_line and not _FINISHED.search(draft):
        faults += 1
    if learned:
        # A word of the seed may come again, whatever it is; the last one may be cut, where the text is.
        known = learned.words | set(split_words([request.seed]))
        invented = [word for word in _whole_words(draft, request) if word not in known]
        faults += len(invented)
        if learned.recites(f"{request.seed}{draft}"):
            faults += RECITED_FAULTS
    return faults


def _whole_words(draft: str, request: GenerationRequest) -> list[str]:
    """Return the words of a draft, the one whole that the seed began, without one that its length cut in two."""
    joined = bool(request.seed[-1:].isalpha() and draft[:1].isalpha())
    text = f"{request.seed.split()[-1]}{draft}" if joined and request.seed.split() else draft
    if len(draft) >= request.length:
        text = text.rpartition(" ")[0]
    return split_words([text])
