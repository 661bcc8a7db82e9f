"""Bring items to a model's characters, a line each: the text that everything is measured on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.generation.vocabulary import Vocabulary


@dataclass(frozen=True)
class FoldedItems:
    """Items in a model's own characters.

    Attributes:
        items: as many as were given.
        replaced: how many characters were spelled differently.
        dropped: how many characters have no spelling in them and were left out.
    """

    items: tuple[str, ...]
    replaced: int = 0
    dropped: int = 0


def fold_items(items: Sequence[str], vocabulary: Vocabulary) -> FoldedItems:
    """Bring items to the characters a model knows, as `Vocabulary.fold` does, quickly for long texts."""
    composed = [unicodedata.normalize("NFC", item) for item in items]
    unknown = [character for character in set().union(*composed) if character not in vocabulary]
    if not unknown:
        return FoldedItems(tuple(composed))
    table = {ord(character): vocabulary.fold(character) for character in unknown}
    counts = {character: sum(item.count(character) for item in composed) for character in unknown}
    dropped = sum(count for character, count in counts.items() if not table[ord(character)])
    return FoldedItems(tuple(item.translate(table) for item in composed), sum(counts.values()) - dropped, dropped)


def join_items(items: Sequence[str]) -> str:
    """Return the items as one text, a line each; it starts and ends with a line break."""
    return "\n" + "\n".join(items) + "\n"
