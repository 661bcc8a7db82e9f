"""Write a folder for any static web host: TensorFlow.js files, and a page that runs the model in the browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from bot.errors import InvalidInputError
from bot.export.tensorflow_js import Precision, write_layers_model
from bot.generation.atomic_files import create_folder
from bot.generation.model import NOTICE_FILE, Model

PAGE = Path(__file__).with_name("page")
"""The folder of the page's HTML, CSS and JavaScript modules, as they are served."""

STYLE_SHEET = PAGE / "look.css"
"""Colours, type and spacing of every page of Charla."""

BROWSER_CARD_FILE = "charla.json"
"""What the page reads of the model's card."""

SPELLINGS_FILE = "spellings.json"
"""What typed characters come to that the model does not know, as in the bot."""


def write_browser_folder(model: Model, folder: Path, precision: Precision = "float32") -> None:
    """Write `folder`, which must not exist yet: all of it or nothing.

    Args:
        model: the model that the page runs.
        folder: the folder to make.
        precision: how the weights are stored.

    Raises:
        InvalidInputError: the folder exists already, or cannot be written, or TensorFlow.js cannot express the model.
    """
    try:
        with create_folder(folder) as draft:
            write_layers_model(model, draft, precision)
            (draft / BROWSER_CARD_FILE).write_text(_format_facts(model, precision), encoding="utf-8")
            spellings = json.dumps(model.vocabulary.list_spellings(), ensure_ascii=False)
            (draft / SPELLINGS_FILE).write_text(spellings, encoding="utf-8")
            if model.notice:
                (draft / NOTICE_FILE).write_text(model.notice, encoding="utf-8")
            for path in PAGE.iterdir():
                shutil.copyfile(path, draft / path.name)
    except FileExistsError as error:
        raise InvalidInputError(str(error)) from None
    except OSError as error:
        raise InvalidInputError(f"{folder} cannot be written: {error.strerror}") from None


def _format_facts(model: Model, precision: Precision) -> str:
    """Return as JSON what the page needs beside the network: the characters, and what the model's card tells people."""
    card = model.card
    facts = {
        "format": 1,
        "name": model.name,
        "description": card.description,
        "characters": card.characters,
        "top_n": card.use.top_n,
        "seeds": card.use.seeds,
        "precision": precision,
        "corpus": card.corpus and card.corpus.model_dump(),
        "quality": card.quality and card.quality.model_dump(),
        "notice": NOTICE_FILE if model.notice else None,
    }
    return json.dumps(facts, indent=1) + "\n"
