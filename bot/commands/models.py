"""List the models, and where each came from: `charla models`."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.commands.new_model import find_trainings
from bot.errors import ModelError, show_controls
from bot.generation.card import Card, read_card
from bot.generation.catalog import choose_default, find_models
from bot.invocation import name_command
from bot.settings import Settings

WIDEST = 80
"""Columns that a line takes at most."""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the options of `models`: it has none."""


def run(_arguments: argparse.Namespace) -> int:
    """List the models, those that come with Charla first, the default marked with a star; then trainings."""
    settings = Settings.load()
    found = find_models(settings.model_folders)
    cards, refusals = _read_cards(found)
    default = settings.default_model or choose_default(found)
    for name, card in cards.items():
        mark = "*" if name == default else " "
        sys.stdout.write("".join(f"{line}\n" for line in lay_out(mark, name, card, found[name])))
    for name, folder in find_trainings(settings.models_dir).items():
        # Not on standard output, which lists models.
        goes_on = name_command(f"train --name {name} --resume")
        way = "its model is there, so" if name in found else f"`{goes_on}` goes on, or"
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


def lay_out(mark: str, name: str, card: Card, folder: Path) -> Iterator[str]:
    """Yield a model's lines: its mark and name first, then, indented, what its card says and where it lies.

    Only a path may be longer than a line: people copy it.
    """
    # What a card says, and what its folder is called, others may have written.
    yield show_controls(f"{mark} {name}")
    width = min(shutil.get_terminal_size((WIDEST, 0)).columns, WIDEST)
    for text in describe(card):
        yield from textwrap.wrap(show_controls(text), width, initial_indent=" " * 4, subsequent_indent=" " * 6)
    yield show_controls(f"    in {folder}")


def describe(card: Card) -> Iterator[str]:
    """Yield what a card says: what the model is, its layers and how well it predicts, what it learned from."""
    yield card.description or "no description"
    layers = "-".join(layer.kind for layer in card.layers)
    bits = f"; {card.quality.held_out_bits_per_character:.2f} bits per character" if card.quality else ""
    yield f"{layers}{bits}"
    if card.corpus:
        yield f"from {card.corpus.name} ({card.corpus.licence})"
