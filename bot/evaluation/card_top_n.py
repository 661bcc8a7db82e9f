"""Write the top-n that an evaluation recommends into a model's card, and change nothing else there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.generation.atomic_files import replace_file
from bot.generation.card import CARD_FILE, MAX_CARD_BYTES, Card, format_card, read_card
from bot.generation.guarded_files import read_guarded

_TOP_N = re.compile(r"^[ \t]*top_n[ \t]*=[ \t]*(\d+)", re.MULTILINE)
_USE = re.compile(r"^\[use\][ \t]*\n", re.MULTILINE)


def write_top_n(folder: Path, top_n: int) -> None:
    """Set `use.top_n` of the card in `folder`: all of it or nothing.

    Raises:
        ModelError: the card cannot be read.
        OSError: there is no room, or no permission.
    """
    card = read_card(folder)
    wanted = card.model_copy(update={"use": card.use.model_copy(update={"top_n": top_n})})
    path = folder / CARD_FILE
    edits = _propose_edits(read_guarded(path, MAX_CARD_BYTES).decode(), top_n)
    text = next((text for text in edits if _reads_as(text, wanted)), format_card(wanted))
    replace_file(path, text.encode())


def _propose_edits(text: str, top_n: int) -> Iterator[str]:
    """Yield the card with one number changed or added, wherever that may be right."""
    yield text
    for match in _TOP_N.finditer(text):
        yield f"{text[: match.start(1)]}{top_n}{text[match.end(1) :]}"
    for match in _USE.finditer(text):
        yield f"{text[: match.end()]}top_n = {top_n}\n{text[match.end() :]}"
    yield f"{text.rstrip()}\n\n[use]\ntop_n = {top_n}\n"


def _reads_as(text: str, wanted: Card) -> bool:
    try:
        return Card.model_validate(tomllib.loads(text)) == wanted
    except (tomllib.TOMLDecodeError, ValidationError):
        return False
