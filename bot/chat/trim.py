"""Trim what a model wrote to what is shown: the text ends where it reads best."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.chat.markup import well_formed
from bot.generation.request import GenerationRequest, GenerationResult

SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]’”]*+(?=\s|$)")
"""Looks at each run of marks once, from its first on, and never goes back into it: a text may be nothing but dots."""


def trim_result(result: GenerationResult) -> GenerationResult:
    """Return the result with each completion as it is shown: trimmed, and on one line where there are several.

    Of a single one the result says whether it was cut.
    """
    request, texts = result.request, [well_formed(text) for text in result.completions]
    if request.count > 1:
        return replace(result, completions=tuple(_trim_item(text, request) for text in texts))
    (text,) = texts
    # An item that ended at its line break is whole.
    cut = not request.first_line or len(result.completions[0]) >= request.length
    return replace(result, completions=(trim_end(text) if cut else text.rstrip(),), cut=cut)


def trim_end(text: str) -> str:
    """Cut a text that stopped at its length, often in the middle of a word, where it reads best.

    That is at its last line end if at least half of the text stays, else at the last sentence end of which that is
    true, else after the last whole word; a single word stays as it is.
    """
    half = len(text) / 2
    line_end = text.rfind("\n")
    if line_end >= half:
        return text[:line_end].rstrip()
    sentence_ends = [match.end() for match in SENTENCE_END.finditer(text) if match.end() >= half]
    if sentence_ends:
        return text[: sentence_ends[-1]]
    words = re.match(r"(.*\S)\s", text, re.DOTALL)
    return words[1] if words else text


def _trim_item(completion: str, request: GenerationRequest) -> str:
    ended = len(completion) < request.length  # it stopped at a line break, so its end is whole
    text = completion if ended else trim_end(completion)
    return " ".join(text.split()) or "…"
