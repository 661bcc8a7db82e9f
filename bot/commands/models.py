"""List the models, and where each came from: `charla models`."""

from __future__ import annotations

import argparse
import sys

from bot.commands.new_model import find_trainings
from bot.generation.card import Card, read_card
from bot.generation.catalog import choose_default, find_models
from bot.settings import Settings


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `models`: it has none."""


def run(_arguments: argparse.Namespace) -> int:
    """List the models, those that come with Charla first, the default marked with a star; then trainings."""
    settings = Settings.load()
    found = find_models(settings.model_folders)
    cards = {name: read_card(folder) for name, folder in found.items()}
    default = settings.default_model or choose_default(found)
    width = max(map(len, found), default=0)
    for name, folder in found.items():
        mark = "*" if name == default else " "
        sys.stdout.write(f"{mark} {name:{width}}  {describe(cards[name])}; in {folder}\n")
    for name, folder in find_trainings(settings.models_dir).items():
        # Not on standard output, where each line is a model.
        way = "its model is there, so" if name in found else f"`charla train --name {name} --resume` goes on, or"
        sys.stderr.write(f"A training of {name} keeps its text in {folder}: {way} remove the folder\n")
    return 0


def describe(card: Card) -> str:
    """Describe a card in a line: what it is, its layers, how well it predicts, what it learned from."""
    parts = [card.description or "no description", "-".join(layer.kind for layer in card.layers)]
    if card.quality:
        parts.append(f"{card.quality.held_out_bits_per_character:.2f} bits per character")
    if card.corpus:
        parts.append(f"from {card.corpus.name} ({card.corpus.licence})")
    return "; ".join(parts)
