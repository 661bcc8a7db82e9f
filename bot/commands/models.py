"""List the models, and where each came from: `charla models`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.commands.new_model import find_trainings
from bot.errors import ModelError, show_controls
from bot.generation.card import Card, read_card
from bot.generation.catalog import choose_default, find_models
from bot.settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `models`: it has none."""


def run(_arguments: argparse.Namespace) -> int:
    """List the models, those that come with Charla first, the default marked with a star; then trainings."""
    settings = Settings.load()
    found = find_models(settings.model_folders)
    cards, refusals = _read_cards(found)
    default = settings.default_model or choose_default(found)
    width = max(map(len, cards), default=0)
    for name, card in cards.items():
        mark = "*" if name == default else " "
        # What a card says, and what its folder is called, others may have written.
        sys.stdout.write(show_controls(f"{mark} {name:{width}}  {describe(card)}; in {found[name]}") + "\n")
    for name, folder in find_trainings(settings.models_dir).items():
        # Not on standard output, where each line is a model.
        way = "its model is there, so" if name in found else f"`charla train --name {name} --resume` goes on, or"
        line = f"A training of {name} keeps its text in {folder}: {way} remove the folder"
        sys.stderr.write(f"{show_controls(line)}\n")
    if refusals and len(refusals) == len(found):
        raise refusals[0]
    for error in refusals:
        sys.stderr.write(f"charla models: {error}\n")
    return 0


def _read_cards(folders: Mapping[str, Path]) -> tuple[dict[str, Card], list[ModelError]]:
    """Read the cards, and gather what is wrong with those that cannot be read."""
    cards, refusals = {}, []
    for name, folder in folders.items():
        try:
            cards[name] = read_card(folder)
        except ModelError as error:
            refusals.append(error)
    return cards, refusals


def describe(card: Card) -> str:
    """Describe a card in a line: what it is, its layers, how well it predicts, what it learned from."""
    parts = [card.description or "no description", "-".join(layer.kind for layer in card.layers)]
    if card.quality:
        parts.append(f"{card.quality.held_out_bits_per_character:.2f} bits per character")
    if card.corpus:
        parts.append(f"from {card.corpus.name} ({card.corpus.licence})")
    return "; ".join(parts)
